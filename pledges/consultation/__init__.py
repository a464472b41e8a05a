"""Ask residents about a draft before it is adopted."""
