"""Not found, with a way on."""

from __future__ import annotations

from django.http import Http404


class NotHere(Http404):
    """What was asked for isn't here.

    `sentence` says so, `address` leads to what is near it, and `label` is the text of that link.
    """

    def __init__(self, sentence: str, address: str, label: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.address = address
        self.label = label
