"""Writing a pledge together: its parts, its versions, and what happens when two write at once."""
