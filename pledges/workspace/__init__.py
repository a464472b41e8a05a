"""Open the workspace with what awaits each person today."""
