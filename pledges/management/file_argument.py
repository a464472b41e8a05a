"""Read a file that a command was given."""

from pathlib import Path

from django.core.management.base import CommandError
from django.utils.translation import gettext as _


def read_file(file: Path, most: int) -> bytes:
    """Return at most `most` bytes of a file, and one more if it is larger.

    Raises CommandError, with a sentence, when the file can't be read.
    """
    try:
        with file.open("rb") as stream:
            return stream.read(most + 1)
    except OSError as error:
        raise CommandError(
            _("Filen %(file)s går inte att läsa: %(reason)s")
            % {"file": file, "reason": error.strerror}
        ) from error
