"""Announce dialogues, tell when and where, and publish what was heard."""
