"""Analyse figures: numbers in, findings and plain sentences out.

Nothing here asks the database. `observations` are what goes in; `rates`, `trends` and `comparison`
calculate, with `quantiles`; `sentences` puts it into words.
"""
