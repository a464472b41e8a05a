"""Take in residents' comments, show them, and answer them officially."""
