"""Marks of parties, and pictures of pledges."""
