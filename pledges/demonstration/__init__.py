"""Load the demonstration, plainly marked as made up."""
