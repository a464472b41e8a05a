"""The field in which staff say what language a text is written in."""

from __future__ import annotations

from typing import Any

from django import forms

from dialogues.models.language import Language


class LanguageField(forms.ChoiceField):
    """A list of languages; left out, nothing is said of it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=Language.choices, **kwargs)

    def clean(self, value: Any) -> str:
        """Return the language, empty when nothing is said of it."""
        return str(super().clean(value)) if value else ""
