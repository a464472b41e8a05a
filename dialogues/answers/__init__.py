"""Take in answers to dialogues: typed, on paper, or from a file."""
