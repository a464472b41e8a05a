"""Form fields for text from somebody who isn't logged in."""

from __future__ import annotations

from typing import Any

from django import forms

from pledge_portal.pages.typed_text import clean_of_unseen


class PlainTextField(forms.CharField):
    """Text of several lines, cleaned before it is judged."""

    widget: Any = forms.Textarea

    def to_python(self, value: Any) -> str:
        """Return the cleaned text."""
        return clean_of_unseen(super().to_python(value) or "")


class PlainLineField(PlainTextField):
    """Text on one line, cleaned before it is judged."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> str:
        """Return the cleaned text with every run of white space as one space."""
        return " ".join(super().to_python(value).split())
