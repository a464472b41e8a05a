"""Whether a page shows texts in another language than its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from pledge_portal.pages.text import Wording


def is_partly_swedish(*texts: Any) -> bool:
    """Return whether any text lacks a translation to the reader's language.

    Sentences count that hold such a text (`Wording.html`); names are never translated.
    """
    return get_language() != settings.LANGUAGE_CODE and any(map(_holds_other_language, texts))


def _holds_other_language(value: Any) -> bool:
    if isinstance(value, Wording):
        return bool(value.lang)
    if isinstance(value, SafeString):
        return f'<span lang="{settings.LANGUAGE_CODE}">' in value
    if is_dataclass(value):
        return any(_holds_other_language(getattr(value, field.name)) for field in fields(value))
    if isinstance(value, dict):
        return _holds_other_language(value.values())
    if isinstance(value, Iterable) and not isinstance(value, str):
        return any(map(_holds_other_language, value))
    return False


def in_swedish_only(text: str) -> Wording:
    """Return a text written in Swedish alone, marked so on other pages.

    Staff write some texts in Swedish only; on a page in another language they are marked.
    """
    is_swedish = get_language() == settings.LANGUAGE_CODE
    return Wording(text, "" if is_swedish or not text else settings.LANGUAGE_CODE)
