"""Show everyone the municipalities, their pledges and commitments."""
