"""Take a pledge file into the portal by clicking, after a preview."""
