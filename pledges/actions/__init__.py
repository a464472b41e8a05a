"""Record completed actions, and tell the public what it may know of them."""
