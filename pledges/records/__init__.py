"""Archive packages: a pledge with all that belongs to it, to hand over and to restore.

The format is told in docs/archive-package.md. `parts` says what belongs to a pledge and who may
have it, `exporting` writes a package, `checking` proves one, `restoring` reads one into a portal
that lacks the pledge, and `packages` makes them for people in the background.
"""
