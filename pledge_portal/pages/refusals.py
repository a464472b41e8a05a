"""What the rules answer when something may not be done, in sentences."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise


class Refused(Exception):
    """A change that the rules do not allow.

    `faults` are sentences by the name of the field that each is about, "" for the whole; a text
    alone is about the whole.
    """

    def __init__(self, faults: Mapping[str, str] | str | Promise) -> None:
        self.faults = dict(faults) if isinstance(faults, Mapping) else {"": str(faults)}
        super().__init__(" ".join(self.faults.values()))


class ChangedMeanwhile(Refused):
    """Somebody else changed the same thing meanwhile; nothing was saved."""
