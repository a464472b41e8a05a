"""Interpret the rows and columns of schools' own tables.

They name groups, questions, years and grades as schools write them ("tjejer", "vejp"). A name that
could mean another question, such as "röker dagligen", means none: better ignored with a remark than
read as something else.
"""

from __future__ import annotations

import re

from pledges.exchange.rows import plain
from pledges.models.survey import Grade
from pledges.surveys.sums import Group, Measure

_GROUPS = {
    Group.GIRLS: {"flickor", "flicka", "tjejer", "tjej", "kvinnor", "girls"},
    Group.BOYS: {"pojkar", "pojke", "killar", "kille", "man", "boys"},
    Group.OTHER: {
        *("annat eller inte uppgett", "annat eller ej uppgett", "annat/ej uppgett", "annat"),
        *("annan", "annat kon", "annan konsidentitet", "ej uppgett", "inte uppgett", "ovriga"),
        *("ovrigt", "vill inte uppge", "vill ej uppge", "icke-binara", "other"),
    },
    Group.ALL: {"alla", "alla elever", "totalt", "total", "samtliga", "summa", "all"},
}
_ANSWERED = {"svarade", "svar", "antal svar", "antal svarande", "antal som svarade", "answered",
             "besvarade enkaten", "svarande"}  # fmt: skip

# What a question is about, the first that fits; then what makes it another question after all.
_QUESTIONS = (
    (Measure.OFFERED, r"erbj|offered", ""),
    (Measure.NARCOTICS_30_DAYS, r"(?=.*narko)(?=.*(30 dag|(senaste|sista) manaden|30 days))", ""),
    (Measure.NARCOTICS_EVER, r"narko", r"12 man|vecka|senaste|sista|medicin|lakemedel"),
    (Measure.E_CIGARETTES, r"e-?cig|e cig|vejp|vape|elektronisk", ""),
    (Measure.SNUS, r"snus", r"\bvit"),
    (Measure.ALCOHOL, r"alkohol|alcohol", r"30 dag|manaden|vecka|intensiv|berus|\bfull\b"),
    (Measure.SMOKING, r"\brok|cigarett|tobak|smok", r"vatten"),
)
_OTHER_QUESTION = re.compile(
    r"\b(inte|aldrig|ej|ingen|utan|daglig\w*|varje dag|ibland|slutat|provat|testat|forsokt)\b"
)
_SCHOOL_YEAR = re.compile(r"((?:19|20)[0-9]{2})(?:[/–-]((?:19|20)?[0-9]{2}))?")
_GRADES = {
    Grade.NINE: re.compile(r"(?:ak|arskurs|ar|klass)? ?9"),
    Grade.UPPER_TWO: re.compile(
        r"(?:gymnasiet|gymnasium|gy(?:mn?)?\.?) ?(?:ar|ak|arskurs)? ?2|ar 2 p?a? ?gymnasiet"
    ),
}


def group_of(text: str) -> Group | None:
    """Return the group that a heading names, if it is clear."""
    name = re.sub(r" ?(\(.*\)|%|,? ?(antal|procent|andel))$", "", plain(text))
    name = name.removeprefix("antal ").removeprefix("andel ").strip()
    return next((group for group, names in _GROUPS.items() if name in names), None)


def is_per_cent(text: str) -> bool:
    """Return whether a heading says that the numbers under it are shares."""
    return bool(re.search(r"%|procent|andel", text.lower()))


def is_answered(text: str) -> bool:
    """Return whether a row or column is the number of those who answered."""
    return plain(text) in _ANSWERED


def question_of(text: str) -> Measure | None:
    """Return the question that a row or column is about, if it is clear."""
    name = plain(text)
    for measure in Measure:
        if name in {plain(str(measure.label)), plain(measure.value)}:
            return measure
    if _OTHER_QUESTION.search(name):
        return None
    for measure, about, unless in _QUESTIONS:
        if re.search(about, name):
            return None if unless and re.search(unless, name) else measure
    return None


def grade_of(text: str) -> Grade | None:
    """Return the grade that a cell names."""
    name = plain(text)
    for grade, names in _GRADES.items():
        if name in {plain(str(grade.label)), plain(grade.value)} or names.fullmatch(name):
            return grade
    return None


def school_year_in(text: str) -> int | None:
    """Return the year in which a school year began.

    "2023/24", "2023-2024" and "2023" are understood.
    """
    match = _SCHOOL_YEAR.fullmatch("".join(text.split()))
    if match is None:
        return None
    first = int(match[1])
    if match[2] and int(match[2][-2:]) != (first + 1) % 100:
        return None
    return first
