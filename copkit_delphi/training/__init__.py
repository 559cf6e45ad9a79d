"""Exercises: a practice study that a trainee runs to a brief, with played colleagues."""
