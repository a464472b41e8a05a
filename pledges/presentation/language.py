"""Whether a page shows texts in another language than its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from pledge_portal.pages.text import Wording


def is_partly_swedish(*shown: Any) -> bool:
    """Whether any text in what is shown has no translation to the reader's language."""
    return get_language() != settings.LANGUAGE_CODE and any(map(_holds_other_language, shown))


def _holds_other_language(shown: Any) -> bool:
    if isinstance(shown, Wording):
        return bool(shown.lang)
    if is_dataclass(shown):
        return any(_holds_other_language(getattr(shown, field.name)) for field in fields(shown))
    if isinstance(shown, dict):
        return _holds_other_language(shown.values())
    if isinstance(shown, Iterable) and not isinstance(shown, str):
        return any(map(_holds_other_language, shown))
    return False


def in_swedish_only(text: str) -> Wording:
    """Return a text that staff write in Swedish alone, marked so on pages in another language."""
    is_swedish = get_language() == settings.LANGUAGE_CODE
    return Wording(text, "" if is_swedish or not text else settings.LANGUAGE_CODE)
