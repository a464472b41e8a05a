"""Reading the history of changes in the workspace, and telling it who made them."""
