"""What readers say is wrong on a page, told to who can mend it."""
