"""Surveys of pupils' drug habits.

From the sums that are entered to what the public may read of them.
"""
