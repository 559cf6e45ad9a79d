"""Elicitation: studies, panels, items, rounds, ratings, feedback and results."""
