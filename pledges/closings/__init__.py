"""Close time: say that all is reported that was done in it."""
