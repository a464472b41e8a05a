"""The workspace of those who record what is done."""
