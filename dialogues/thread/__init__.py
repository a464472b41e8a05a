"""Tie residents' words to what is promised, and show where they led."""
