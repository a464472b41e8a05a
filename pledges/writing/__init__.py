"""Write a pledge together: its parts, its versions, two at once."""
