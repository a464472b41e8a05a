"""Compare two pledges, commitment by commitment."""
