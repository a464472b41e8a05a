"""Find the days, weeks, months and times of day that a text names.

In Swedish as people write it, and in English: 2025-03-04, 4 mars, den 4:e, 4-6 mars, fjärde mars,
4/3, 4.3.2025, 250304, March 4th, vecka 10, v. tio; kl. 9, 09.30, på förmiddagen. The texts are
given as `pages.folding` folds them, in small letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

_MONTHS = {
    name: number
    for number, names in enumerate(
        ("januari january jan", "februari february feb", "mars march mar", "april apr", "maj",
         "juni june jun", "juli july jul", "augusti august aug", "september sept sep",
         "oktober october okt oct", "november nov", "december dec"),
        1,
    )
    for name in names.split()
}  # fmt: skip
_FIRST = (
    *("första", "andra", "tredje", "fjärde", "femte", "sjätte", "sjunde", "åttonde", "nionde"),
    *("tionde", "elfte", "tolfte", "trettonde", "fjortonde", "femtonde", "sextonde"),
    *("sjuttonde", "artonde", "nittonde", "tjugonde"),
)
_ORDINALS = {word: number for number, word in enumerate(_FIRST, 1)}
_ORDINALS |= {f"tjugo{word}": 20 + number for number, word in enumerate(_FIRST[:9], 1)}
_ORDINALS |= {"trettionde": 30, "trettioförsta": 31}
_UNITS = (
    *("ett", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv"),
    *("tretton", "fjorton", "femton", "sexton", "sjutton", "arton", "nitton", "tjugo"),
)
_CARDINALS = {word: number for number, word in enumerate(_UNITS, 1)}
for _ten, _word in ((20, "tjugo"), (30, "trettio"), (40, "fyrtio"), (50, "femtio")):
    _CARDINALS[_word] = _ten
    _CARDINALS |= {_word + unit: _ten + number for number, unit in enumerate(_UNITS[:9], 1)}


def _any_of(words: dict[str, int]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_MONTH = rf"(?P<month>{_any_of(_MONTHS)})\b\.?"
_YEAR = r"(?:,? ?(?P<year>(?:19|20)[0-9]{2})(?![0-9]))?"
_NTH = r"(?::?(?:e|a|st|nd|rd|th)\b|\.)?"
_DAYS = [
    re.compile(pattern)
    for pattern in (
        r"(?<![0-9])(?P<year>(?:19|20)[0-9]{2})[-/.]?(?P<m>[01][0-9])[-/.]?(?P<day>[0-3][0-9])"
        r"(?![0-9])",
        r"(?<![0-9-])(?P<year>[0-9]{2})(?P<m>[01][0-9])(?P<day>[0-3][0-9])(?![0-9-])",
        rf"(?<![0-9])(?:(?P<from>[0-9]{{1,2}}){_NTH} ?(?:-|och|till|and|to|,) ?)?"
        rf"(?P<day>[0-9]{{1,2}}){_NTH} ?(?:of )?{_MONTH}{_YEAR}",
        rf"\b(?P<word>{_any_of(_ORDINALS)}) (?:i )?{_MONTH}{_YEAR}",
        rf"\bden (?P<word>{_any_of(_ORDINALS)}) i (?P<m_word>{_any_of(_ORDINALS)})\b",
        rf"\b{_MONTH} (?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)\b{_YEAR}",
        r"(?<![0-9/])(?P<day>[0-9]{1,2})/(?P<m>[0-9]{1,2})"
        r"(?:[-/ ](?P<year>(?:20)?[0-9]{2})(?![0-9]))?(?![0-9/])",
        r"(?<![0-9.])(?P<day>[0-9]{1,2})\.(?P<m>[0-9]{1,2})\.(?P<year>(?:20)?[0-9]{2})(?![0-9])",
        r"\bden (?P<day>[0-9]{1,2})(?::?[ea]\b)?(?=[ ]?(?:[.,;:!?)]|$))",
    )
]
_WEEK = re.compile(
    r"\b(?:veck(?:a|an|or|orna)|v|week) ?\.? ?"
    rf"(?:(?:(?P<from>[0-9]{{1,2}}) ?(?:-|och|till|and|to|,) ?)?(?P<week>[0-9]{{1,2}})"
    rf"|(?P<word>{_any_of(_CARDINALS)}))\b"
)
# What hints at a day: its weekday, or how far it is from today.
_NEAR = re.compile(
    r"\bi ?(?:morgon|övermorgon|förrgår|går)\b|\b(?:nästa|förra|denna) vecka\w*"
    r"|\b(?:den här|kommande) veckan\b|\btomorrow\b|\byesterday\b|\b(?:next|last) week\b"
    r"|\b(?:mån|tis|ons|tors|fre|lör|sön)dag(?:en|ens|ar|arna|s\w*)?\b"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b"
)
_CLOCK = re.compile(
    r"\bkl(?:ockan)? ?\.? ?[0-9]{1,2}(?:[.:][0-9]{2})?\b"
    rf"|\bkl(?:ockan)? ?\.? ?(?:halv )?(?:{_any_of(_CARDINALS)})\b"
    r"|(?<![0-9.,:§])(?:(?:[01][0-9]|2[0-3])[.:]|[0-9]:)[0-5][0-9]"
    r"(?![0-9.,:]?[0-9]|[ ]?(?:kr|%|procent))"
    r"|\b[0-9]{1,2} ?(?:am|pm)\b"
)
_PART_OF_DAY = re.compile(
    r"(?<!god )\b(?:förmiddag|eftermiddag|morgon|morgnar|kväll|lunch)"
    r"(?:en|ens|s|ar|arna|tid|stid|rast|rasten)?\b"
    r"|\bnatten\b|\bfirst lesson\b|\bförsta lektionen\b|\b(?:morning|afternoon|evening)s?\b"
)
_TOMORROW = re.compile(r"\bi $")
_MONTH_ALONE = re.compile(rf"\b(?:{_any_of(_MONTHS)})\b")


@dataclass(frozen=True)
class SpokenDay:
    """Days, as far as a text says them; what it leaves out is None."""

    text: str
    first: int | None = None
    last: int | None = None
    month: int | None = None
    year: int | None = None
    first_week: int | None = None
    last_week: int | None = None

    def may_be(self, day: date) -> bool:
        """Return whether a day is among those that are meant."""
        if self.first_week is not None and self.last_week is not None:
            return self.first_week <= day.isocalendar().week <= self.last_week
        return (
            (self.year is None or self.year == day.year)
            and (self.month is None or self.month == day.month)
            and (self.first or 0) <= day.day <= (self.last or 0)
        )


def spoken_days(text: str) -> Iterator[SpokenDay]:
    """Yield the days and weeks that a text names."""
    for pattern in _DAYS:
        for match in pattern.finditer(text):
            if (day := _day(match)) is not None:
                yield day
    for match in _WEEK.finditer(text):
        last = int(match["week"] or _CARDINALS.get(match["word"] or "", 0))
        first = int(match["from"] or last)
        if 1 <= first <= last <= 53:
            yield SpokenDay(match[0], first_week=first, last_week=last)


def _day(match: re.Match[str]) -> SpokenDay | None:
    parts = match.groupdict()
    month = int(parts.get("m") or 0) or None
    if name := parts.get("month"):
        month = _MONTHS[name]
    if word := parts.get("m_word"):
        month = _ORDINALS[word]
    last = int(parts.get("day") or 0) or _ORDINALS.get(parts.get("word") or "", 0)
    first = int(parts.get("from") or last)
    year = int(parts.get("year") or 0) or None
    if year is not None and year < 100:
        year += 2000
    if not 1 <= last <= 31 or not 1 <= (month or 1) <= 12:
        return None
    return SpokenDay(match[0], min(first, last), max(first, last), month, year)


def clock_times(text: str) -> list[str]:
    """Return the times of day that a text names by the clock."""
    return [match[0] for match in _CLOCK.finditer(text)]


def near_days(text: str) -> list[str]:
    """Return what says of a day which one it is: weekday, part, distance."""
    parts = [
        match[0]
        for match in _PART_OF_DAY.finditer(text)
        if not _TOMORROW.search(text[max(0, match.start() - 3) : match.start()])
    ]
    return [match[0] for match in _NEAR.finditer(text)] + parts


def months(text: str) -> list[str]:
    """Return the months that a text names."""
    return [match[0] for match in _MONTH_ALONE.finditer(text)]
