"""Why a package is refused."""

from __future__ import annotations


class PackageError(Exception):
    """A package that isn't restored; nothing was written.

    The text is a sentence for the user, `file` the path within the package that it is about, if it
    is about one.
    """

    def __init__(self, sentence: str, file: str = "") -> None:
        self.sentence, self.file = sentence, file
        super().__init__(f"{file}: {sentence}" if file else sentence)
