"""What figures say and how certain that is: numbers in, findings and plain sentences out.

Nothing here asks the database. `observations` are what goes in; `rates`, `trends` and `comparison`
reckon; `words` tells. SciPy is loaded by the first interval and by nothing before it.
"""
