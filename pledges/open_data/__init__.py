"""Open data: what is public, for machines, declared once."""
