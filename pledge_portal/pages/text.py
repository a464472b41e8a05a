"""Texts that staff wrote, and days, in the language that there is one in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext

from pledge_portal.pages.markdown import markdown_to_html

_DAYS_OF_A_YEAR = 365


def search_words(typed: str, longest: int = 100) -> str:
    """Return what was typed in a search box, on one line."""
    return " ".join(typed.replace("\x00", " ").split())[:longest]


def whole_number(text: str, most_digits: int = 9) -> int | None:
    """Return the number that a text consists of, or None.

    Of ASCII digits alone, and no more of them than a column holds: Python raises for thousands.
    """
    is_number = text.isascii() and text.isdecimal() and len(text) <= most_digits
    return int(text) if is_number else None


@dataclass(frozen=True)
class Wording:
    """A text and the language it is in.

    `lang` is empty when that is the page's own.
    """

    text: str
    lang: str = ""

    def __str__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        return bool(self.text)

    @property
    def attribute(self) -> SafeString:
        """The lang attribute for the element around the text, if it needs one."""
        return format_html(' lang="{}"', self.lang) if self.lang else SafeString("")

    @property
    def html(self) -> SafeString:
        """The text for a page, in a span that names its language if it differs."""
        if not self.lang:
            return conditional_escape(self.text)
        return format_html('<span lang="{}">{}</span>', self.lang, self.text)

    def as_blocks(self, top_level: int) -> SafeString:
        """Return the text read as Markdown, its highest heading an h`top_level`."""
        html = _html(self.text, top_level)
        return format_html('<div lang="{}">{}</div>', self.lang, html) if self.lang else html


def wording(row: Any, field: str) -> Wording:
    """Return the text of a translated field as the reader gets it.

    It is the Swedish text, marked as such, when the reader's language has none, or one that is
    older than the Swedish: Swedish is what was signed, so it is never missing, and what the text
    said before it was changed is nobody's promise.
    """
    language = (get_language() or settings.LANGUAGE_CODE).partition("-")[0]
    own = getattr(row, f"{field}_{language}")
    if own and (
        language == settings.LANGUAGE_CODE or field not in getattr(row, "older_english", ())
    ):
        return Wording(own)
    swedish = getattr(row, f"{field}_{settings.LANGUAGE_CODE}") or ""
    differs = swedish and language != settings.LANGUAGE_CODE
    return Wording(swedish, settings.LANGUAGE_CODE if differs else "")


def lang_attribute(language: str) -> SafeString:
    """Return the lang attribute for a text, empty in the page's own language."""
    page = (get_language() or settings.LANGUAGE_CODE).partition("-")[0]
    return Wording("", language if language != page else "").attribute


def proper_name(name: str) -> SafeString:
    """Return a Swedish name for a page, marked as Swedish where needed.

    And as what nobody translates: it is no text that lacks its English.
    """
    if (get_language() or settings.LANGUAGE_CODE) == settings.LANGUAGE_CODE:
        return conditional_escape(name)
    return format_html('<span lang="{}" translate="no">{}</span>', settings.LANGUAGE_CODE, name)


# The same few texts are shown again and again, and a signed text never changes.
@lru_cache(maxsize=1024)
def _html(text: str, top_level: int) -> SafeString:
    return markdown_to_html(text, top_level)


def day(value: date) -> str:
    """Return a date as "4 mars 2025" in the language in use."""
    return _day(value, get_language())


@lru_cache(maxsize=4096)
def _day(value: date, _language: str | None) -> str:
    return date_format(value, "j F Y")


def length_of_time(days: int) -> str:
    """Return a number of days in words, as years where they are whole."""
    if days and days % _DAYS_OF_A_YEAR == 0:
        years = days // _DAYS_OF_A_YEAR
        return ngettext("%(n)s år", "%(n)s år", years) % {"n": years}
    return ngettext("%(n)s dag", "%(n)s dagar", days) % {"n": days}


def waiting_time(time: timedelta | None, days_after: int = 24) -> str:
    """Return how long somebody waited, in words: minutes, hours or days.

    Days from `days_after` hours on.
    """
    if time is None:
        return "–"
    minutes = int(time.total_seconds() // 60)
    if minutes < 120:
        return ngettext("%(n)s minut", "%(n)s minuter", minutes) % {"n": minutes}
    if minutes < days_after * 60:
        return ngettext("%(n)s timme", "%(n)s timmar", minutes // 60) % {"n": minutes // 60}
    return length_of_time(minutes // (24 * 60))
