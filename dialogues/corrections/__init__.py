"""Correct what everyone can read of dialogues: dated, beside what stands."""
