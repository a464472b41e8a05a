"""Archive packages: a pledge and all of its own, to hand over and restore.

The format is told in docs/archive-package.md. `parts` says what belongs to a pledge and who may
have it, `exporting` writes a package, `package_check` proves one, `restoring` reads one into a
portal that lacks the pledge, and `packages` makes them for people in the background.
"""
