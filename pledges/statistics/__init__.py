"""Official statistics, imported from their sources' files.

Indicators are linked to promises, and read on public pages.
"""
