"""Draw charts on the server: the same in a page, in a PDF and as a file.

Pure: no query, no request, no clock. A caller fills in one of the `kinds`, and gets the drawing
from `drawing.svg`, the numbers behind it from `table.table`, or both for a template from
`figure.figure`. What the public may not see is `values.HIDDEN`, which holds no number to leak.
"""
