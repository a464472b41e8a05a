"""Taking a personal detail away from every text of a place, by a decision."""
