"""Read the history of changes in the workspace, and record who makes them."""
