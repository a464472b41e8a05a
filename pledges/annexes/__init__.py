"""Plans that are annexed to a pledge while it is written."""
