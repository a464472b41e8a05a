"""Decide what is shown of what residents write, and for what reason not."""
