"""How words that are taken away may be written.

Patterns are alike for PostgreSQL and Python. They know what the fold of a text knows (see
pledge_portal.pages.folding): letters and digits of other scripts that look the same, wide and bold
ones, any space and dash, what isn't seen; and Markdown's signs and entities within a word.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import cache
from html.entities import codepoint2name
from itertools import chain

from pledge_portal.pages.folding import fold, in_latin, skeleton

# What may stand within a word and isn't seen, and what makes words stand out: no part of them.
_UNSEEN = r"[\u00ad\u034f\u061c\u180e\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff]"
_MARKUP = r"\\*[*_~`]|\]\([^()\s\"]*\)|\\*[\[\]]"
_WITHIN = rf"(?:{_UNSEEN}|{_MARKUP})*"
# In JSON a line end is two signs, of which the second is a letter.
_BETWEEN = rf"(?:\s|\\n|[\u00a0\u2000-\u200a\u202f\u205f\u3000]|{_UNSEEN}|{_MARKUP})+"
# Between the digits of a number, as when personal data is looked for.
_IN_NUMBERS = r"(?:\s|\\n|[\u00a0\u2000-\u200a\u202f\-+_./:,\u2010-\u2015\u2212]){0,3}"
_LEAST_DIGITS = 6
_NUMBER = re.compile(r"[0-9][0-9\s\-+_./:,()]*")
_BEGINS = r"(?:(?<![^\W_])|(?<=\\n))"
_ENDS = r"(?![^\W_])"
# Alphabets and their forms; no sign of Chinese, Japanese or Korean looks like ours.
_CODES = (range(0x80, 0x2E80), range(0xA640, 0xABC0), range(0xFB00, 0xFB07), range(0xFE50, 0x1F200))


def pattern_of(words: str) -> str:
    """Return the words as a pattern.

    Whole words, in capitals or not, with any white space between them, in the genitive too. A
    number has any signs between its digits, and an identity number its century or not.
    """
    named = in_latin(fold(unicodedata.normalize("NFC", words)).text)
    if _NUMBER.fullmatch(named) and len(digits := re.sub("[^0-9]", "", named)) >= _LEAST_DIGITS:
        century = f"(?:(?:18|19|20){_IN_NUMBERS})?" if len(digits) == len("YYMMDDNNNN") else ""
        number = _IN_NUMBERS.join(_one_of(digit, _signs_by_fold()) for digit in digits)
        return rf"(?<![0-9]){century}{number}(?![0-9])"
    pattern = _BETWEEN.join(
        _WITHIN.join(_one_of(sign, _signs_by_fold()) for sign in word) for word in named.split()
    )
    genitive = f"(?:{_WITHIN}{_one_of('s', _signs_by_fold())})?"
    return f"{_BEGINS}{pattern}{_WITHIN}{genitive}{_ENDS}"


def similar_pattern_of(words: str) -> str:
    """Return a pattern of what looks like the words and may be the same.

    With other accents, or with up to three other signs between the letters.
    """
    letters = "".join(sign for sign in skeleton(words) if sign.isalnum())
    apart = r'(?:\\n|[^[:alnum:]"¶]){0,3}'
    signs = [f"{_one_of(letter, _signs_by_look())}[\u0300-\u036f]*" for letter in letters]
    pattern = apart.join(signs)
    return f"{_BEGINS}{pattern}(?:{apart}s)?{_ENDS}"


def for_python(pattern: str) -> re.Pattern[str]:
    """Return a pattern made ready for Python."""
    return re.compile(pattern.replace('[^[:alnum:]"¶]', r'(?:[^\w"¶]|_)'), re.IGNORECASE)


def _one_of(sign: str, others: Mapping[str, str]) -> str:
    """Return the pattern of a sign: itself, what looks like it, or its entity."""
    own = {sign, sign.upper() if len(sign.upper()) == 1 else sign}
    signs = sorted(own | set(others.get(sign, "")))
    listed = "".join(f"\\{one}" if one in r"\]^-[" else one for one in signs)
    numbers = "|".join(f"#0*{ord(one)}|#[xX]0*{ord(one):x}" for one in sorted(own))
    names = "".join(f"|{codepoint2name[ord(one)]}" for one in own if ord(one) in codepoint2name)
    choices = [f"[{listed}]", f"&(?:{numbers}{names});"]
    apart = unicodedata.normalize("NFD", sign)
    if apart != sign:
        choices.append(_one_of(apart[0], others) + apart[1:])
    # Before what is no letter Markdown may have its own sign, doubled in JSON.
    return ("" if sign.isalnum() else r"\\*") + f"(?:{'|'.join(choices)})"


@cache
def _signs_by_fold() -> Mapping[str, str]:
    """Return the signs that a fold writes as each letter, digit or dash."""
    return _signs_by(lambda sign: in_latin(fold(sign).text))


@cache
def _signs_by_look() -> Mapping[str, str]:
    """Return the signs that look like each letter, whatever marks they have."""
    return _signs_by(skeleton)


def _signs_by(look: Callable[[str], str]) -> Mapping[str, str]:
    signs: defaultdict[str, list[str]] = defaultdict(list)
    for code in chain((ord("|"),), *_CODES):
        sign = chr(code)
        latin = look(sign)
        if len(latin) == 1 and latin != sign and (latin.isalnum() or latin.isascii()):
            signs[latin].append(sign)
    return {latin: "".join(others) for latin, others in signs.items()}
