"""Signs that the documents' fonts have, and what to do about others.

A sign that no font has becomes a box on paper, and breaks PDF/A (ISO 19005-3, 6.2.11.8) and PDF/UA
for as long as the document lives, which is for ever once it is signed.
"""

from __future__ import annotations

import re
import unicodedata
from html import escape, unescape

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# Within a pattern's brackets: what Source Sans 3 has in both weights (a test compares it with the
# files), and what ends lines or joins words without being seen.
_PRINTABLE = (
    # (control signs are refused, by name, wherever text comes in)
    r"\x00-\x1f\x7f\u00ad\u200b"
    r"\u0020-\u007e\u00a0-\u0181\u0186\u018a\u018d-\u0190\u0192-\u0194\u0196-\u0197"
    r"\u019a-\u019b\u019e\u01a0-\u01a1\u01af-\u01b1\u01b7\u01bf-\u01c3\u01cd-\u01dd"
    r"\u01e2-\u01e7\u01ea-\u01eb\u01ee-\u01f0\u01f4-\u01f5\u01f7-\u0201\u0204-\u0205"
    r"\u0208-\u0209\u020c-\u020d\u0218-\u0220\u0222-\u0223\u0226-\u0227\u0237\u023a-\u023e"
    r"\u0241-\u0245\u0248-\u0249\u0250-\u027b\u027d-\u0285\u0287-\u0292\u0294-\u0295"
    r"\u0298-\u0299\u029b-\u029f\u02a1-\u02a8\u02b0-\u02b4\u02b7-\u02b9\u02bb-\u02c1"
    r"\u02c6-\u02cc\u02d0-\u02d7\u02da\u02dc-\u02de\u02e0-\u02e4\u02ed\u0300-\u0301"
    r"\u0303-\u0304\u0308-\u0309\u0323\u0329\u1d25\u1d2c\u1d2e\u1d30-\u1d31\u1d33-\u1d3a"
    r"\u1d3c\u1d3e-\u1d43\u1d47-\u1d4b\u1d4d\u1d4f-\u1d52\u1d56-\u1d58\u1d5b\u1d6f-\u1d70"
    r"\u1d79\u1d7b\u1d7f\u1d9c\u1da0\u1dac\u1dae\u1db0\u1dbb\u1dbf\u1e02-\u1e03"
    r"\u1e06-\u1e07\u1e0a-\u1e11\u1e16-\u1e17\u1e1e-\u1e2b\u1e32-\u1e3b\u1e3e-\u1e49"
    r"\u1e52-\u1e53\u1e56-\u1e63\u1e66-\u1e67\u1e6a-\u1e6f\u1e72-\u1e73\u1e7e-\u1e85"
    r"\u1e8e-\u1e97\u1e9e-\u1e9f\u1ef2-\u1ef9\u2007\u2009-\u200b\u2010-\u201e\u2020-\u2023"
    r"\u2026\u202f-\u2033\u2035\u2039-\u203a\u203c-\u203f\u2044\u2047-\u204a\u2070-\u2071"
    r"\u2074-\u208e\u20a1\u20a3-\u20a4\u20a6-\u20a7\u20a9\u20ab-\u20ac\u20ae\u20b1-\u20b2"
    r"\u20b4-\u20b5\u20b8-\u20ba\u20bd\u2105\u2113\u2116-\u2117\u211e\u2120\u2122\u2126"
    r"\u212e\u2150-\u215e\u2189\u2190-\u2199\u21a8\u21d0-\u21d3\u21e7\u2200\u2202-\u2203"
    r"\u2206\u220f\u2211-\u2212\u2215\u2219-\u221a\u221e-\u221f\u2229\u222b\u2236-\u2237"
    r"\u2248\u2260-\u2261\u2264-\u2265\u2302-\u2303\u2310\u2318\u231c-\u2321\u2325-\u2326"
    r"\u232b\u25a0-\u25a1\u25aa-\u25ac\u25b2-\u25ba\u25bc-\u25c4\u25c6\u25c9-\u25cc\u25cf"
    r"\u25d8-\u25d9\u25e6\u2610-\u2611\u2615\u263a-\u263c\u263f-\u2642\u2660\u2663"
    r"\u2665-\u2666\u266a-\u266b\u2713-\u2714\u2717-\u2718\u2752\u275b-\u2760\u2764"
    r"\u27e6-\u27e9\u2c60-\u2c62\u2c65-\u2c66\u2c71\u2c7d\ua722-\ua725\ua74e-\ua74f"
    r"\ua75a-\ua75b\ua764-\ua765\ua779-\ua787\ua789\ua7ad-\ua7ae\ua7b3\ua7b5\ua7f2-\ua7f4"
    r"\ufeff"
)
_UNPRINTABLE = re.compile(f"[^{_PRINTABLE}]")
# What a text can't be drawn with either, but is refused by name where it comes in.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# A drawing's words keep the room that was measured for them, which others' don't fit.
_DRAWING = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
_MEASURED = re.compile(r'\s(?:textLength|lengthAdjust)="[^"]*"')
_TAG = re.compile(r"<(style|script)\b.*?</\1>|<!--.*?-->|<[^>]*>", re.DOTALL)


def unprintable_signs(text: str) -> list[str]:
    """Return the signs of a text that no font has, each once."""
    return list(dict.fromkeys(_UNPRINTABLE.findall(unicodedata.normalize("NFC", text))))


def unprintable_in_html(html: str) -> list[str]:
    """Return the signs in a page's text that no font has, each once."""
    return unprintable_signs(unescape(_TAG.sub(" ", html)))


def printable_html(html: str) -> tuple[str, list[str]]:
    """Return a page in signs that the fonts have, and those replaced.

    Each of these is written by its name in words. For what is made of texts that are published
    already, and that no sign in them may stop.
    """
    signs = unprintable_in_html(html)
    if not signs and not _CONTROL.search(html):
        return html, []
    html = _DRAWING.sub(_unmeasured, html)
    parts, end = [], 0
    for tag in _TAG.finditer(html):
        parts += [_in_words(html[end : tag.start()]), tag[0]]
        end = tag.end()
    return "".join([*parts, _in_words(html[end:])]), signs


def _unmeasured(drawing: re.Match[str]) -> str:
    return _MEASURED.sub("", drawing[0]) if unprintable_in_html(drawing[0]) else drawing[0]


def _in_words(text: str) -> str:
    """Return HTML between two tags with words for what can't be printed."""
    plain = unicodedata.normalize("NFC", unescape(text))
    if not _UNPRINTABLE.search(plain) and not _CONTROL.search(plain):
        return text
    plain = _UNPRINTABLE.sub(lambda sign: _name(sign[0]), _CONTROL.sub(" ", plain))
    return escape(plain, quote=False)


def _name(sign: str) -> str:
    """Return a sign's name; nothing for one that only joins or varies others."""
    name = unicodedata.name(sign, "").lower()
    if unicodedata.category(sign) in {"Cc", "Cf"} or name.startswith("variation selector"):
        return ""
    return f"[{name}]" if name else _("[tecknet %(code)s]") % {"code": f"U+{ord(sign):04X}"}


def unprintable_sentence(signs: list[str]) -> str:
    """Return what is said of signs that no font has, naming them."""
    named = ", ".join(f"”{sign}” (U+{ord(sign):04X})" for sign in signs[:5])
    return _("Det här går inte att skriva i dokumentet: %(signs)s. Skriv det med ord.") % {
        "signs": named
    }


def check_printable(value: object) -> None:
    """Raise ValidationError for a text that can't stand in a document."""
    if isinstance(value, str) and (signs := unprintable_signs(value)):
        raise ValidationError(unprintable_sentence(signs))
