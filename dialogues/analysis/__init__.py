"""Find themes in what residents write, and count them."""
