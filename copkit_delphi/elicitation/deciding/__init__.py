"""The parts of a decision record, each from the one engine and through the disclosure rules."""
