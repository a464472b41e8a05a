"""What the rules answer when something may not be done, in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _


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


class SentBefore(Refused):
    """The same sending came in before, with other words; these were not saved.

    `stored` is what came in. These may take its place where it `can_be_replaced`.
    """

    def __init__(self, stored: Any, *, can_be_replaced: bool = False) -> None:
        self.stored, self.can_be_replaced = stored, can_be_replaced
        super().__init__(
            _(
                "Det du skickade först har kommit in. Det som står här nu är inte sparat. Vill du "
                "byta ut det första?"
            )
            if can_be_replaced
            else _(
                "Det du skickade först har kommit in och byts inte ut här. Det som står här nu är "
                "inte sparat."
            )
        )


def check_is_same(
    stored: Any, before: object, now: object, *, can_be_replaced: bool = False
) -> None:
    """Raise SentBefore unless what is sent is what came in `before`.

    `stored` is shown to whoever sent it, beside what they send `now`.
    """
    if now != before:
        raise SentBefore(stored, can_be_replaced=can_be_replaced)
