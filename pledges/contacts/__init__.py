"""How the parties of pledges are reached."""
