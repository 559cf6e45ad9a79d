"""Vocabulary of the product: scales, words, rules and results. Standard library only."""
