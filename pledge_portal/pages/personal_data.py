"""Finds personal data in free text, of pupils, suspects or others.

Swedish personal identity numbers (personnummer: lag 1991:481 om folkbokföring, 18 §) and
coordination numbers (samordningsnummer), both with the check digit of the Luhn method, vehicle
plates, phone numbers and e-mail addresses. It finds patterns and not names, so forms also say in
words that names have no place there. It looks through the fold of a text (`folding`), in time that
grows with the text's length alone.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from enum import Enum

from pledge_portal.pages.folding import Folded, fold, in_latin


class Sort(Enum):
    """What sort of personal data a piece of text seems to be."""

    IDENTITY_NUMBER = "identity_number"
    PLATE = "plate"
    PHONE = "phone"
    EMAIL = "email"


@dataclass(frozen=True)
class Finding:
    """A piece of text, where it begins (0-based) and what it seems to be."""

    sort: Sort
    text: str
    start: int


# What people put between the parts of a number.
_BETWEEN = r"[\s\-+_./:,]{0,3}"
_IDENTITY_NUMBER = re.compile(
    rf"(?<![0-9])(?:(?:18|19|20){_BETWEEN})?([0-9]{{2}}){_BETWEEN}([0-9]{{2}}){_BETWEEN}"
    rf"([0-9]{{2}})(?:{_BETWEEN}([0-9]{{4}})|\s?[-+]\s?([0-9]{{2}}) ([0-9]{{2}}))(?![0-9])"
)
# The letters I, Q, V, Å, Ä and Ö do not occur in Swedish plates; the last sign may be a letter.
# Between words in running text, three letters and three digits stand apart from longer ones.
_PLATE = re.compile(
    r"(?<![\w-])[A-HJ-PR-UW-Z]{3}[ \-_.]?[0-9]{2}[0-9A-HJ-NPR-UW-Z](?![\w-])", re.IGNORECASE
)
_PHONE = re.compile(
    r"(?<![\w+])(?<![0-9]-)(?:(?:\+|00)46[ ]?(?:\(0\))?|0)"
    r"(?:[ \-/()_.]{0,4}[0-9]){7,10}(?![0-9])"
)
# The parts are bounded (RFC 5321, 4.5.3.1), or a long word would be looked through from each of
# its letters.
_AT = r"(?:@| ?[(\[](?:at|snabel-a)[)\]] ?)"
_EMAIL = re.compile(
    rf"(?<![\w.+%-])[\w.+%-]{{1,64}}{_AT}[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{1,8}}", re.IGNORECASE
)
# Words of three letters before a number that are no plates: "max 500", "Väg 374" has four signs.
_NO_PLATES = frozenset(
    {"ALL", "BRA", "BRÅ", "DAG", "DEL", "ETT", "FEM", "FRÅ", "MAX", "MER", "MAJ", "MAR", "JAN",
     "FEB", "APR", "JUN", "JUL", "AUG", "SEP", "OKT", "NOV", "DEC", "NTU", "OCH", "OSL", "PAR",
     "SEX", "TEL", "TOP", "TRE", "UPP", "URA", "CAN", "HAN", "HON", "HEM", "KL", "RUM", "SAL",
     "MED", "DEN", "DET", "DEM", "SOM", "HOS", "MAN", "KAN", "BOR", "KOM", "TOG", "HUR", "NYA",
     "SKA", "ERA", "TAR", "GER", "SER", "HAR", "MOT", "NED", "PER", "NEJ", "THE", "AND",
     "FOR", "HAS", "GOT", "BUT", "NOT", "ARE", "WAS", "ONE", "TWO", "SAW", "SEK", "ENS"}
)  # fmt: skip


def find_personal_data(text: str) -> list[Finding]:
    """Return what looks like personal data in `text`, in its order there."""
    folded = fold(text)
    matches = [
        *((Sort.IDENTITY_NUMBER, match) for match in _identity_numbers(folded.text)),
        *((Sort.EMAIL, match) for match in _EMAIL.finditer(folded.text)),
        *((Sort.PLATE, m) for m in _PLATE.finditer(in_latin(folded.text)) if _is_plate(m[0])),
    ]
    taken = bytearray(len(folded.text))
    for _sort, match in matches:
        taken[match.start() : match.end()] = b"\x01" * (match.end() - match.start())
    matches += [
        (Sort.PHONE, match)
        for match in _PHONE.finditer(folded.text)
        if 1 not in taken[match.start() : match.end()]
    ]
    findings = [_finding(sort, folded, match) for sort, match in matches]
    return sorted(findings, key=lambda finding: finding.start)


def _finding(sort: Sort, folded: Folded, match: re.Match[str]) -> Finding:
    start, piece = folded.piece(*match.span())
    return Finding(sort, piece.strip(), start)


def _identity_numbers(text: str) -> list[re.Match[str]]:
    return [m for m in _IDENTITY_NUMBER.finditer(text) if _is_identity_number(*_parts(m))]


def _parts(match: re.Match[str]) -> tuple[str, str, str, str]:
    """Return the year, month, day and the last four of what was found."""
    year, month, day, *rest = match.groups(default="")
    return year, month, day, "".join(rest)


def _is_identity_number(year: str, month: str, day: str, rest: str) -> bool:
    """Return whether the parts make a day and a right check digit.

    The day is 60 more in coordination numbers.
    """
    days = int(day) - 60 if int(day) > 60 else int(day)
    if not 1 <= int(month) <= 12 or not 1 <= days <= monthrange(2000, int(month))[1]:
        return False
    return _luhn(year + month + day + rest)


def _luhn(digits: str) -> bool:
    total = 0
    for position, sign in enumerate(digits):
        product = int(sign) * (2 if position % 2 == 0 else 1)
        total += product - 9 if product > 9 else product
    return total % 10 == 0


def _is_plate(text: str) -> bool:
    return text[:3].upper() not in _NO_PLATES
