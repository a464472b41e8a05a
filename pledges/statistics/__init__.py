"""Official statistics: read in from their sources' files, tied to promises, and read out."""
