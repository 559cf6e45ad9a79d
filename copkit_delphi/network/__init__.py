"""Network: who gets a brief, under which marking, who acknowledged it, and how it is taken back."""
