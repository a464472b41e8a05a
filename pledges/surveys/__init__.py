"""Surveys of pupils' drug habits: from the sums that are entered to what the public is told."""
