"""Following up a pledge in the crime-prevention council."""
