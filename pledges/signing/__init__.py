"""Signing a pledge by clicking: who signs how, and the ways of doing it."""
