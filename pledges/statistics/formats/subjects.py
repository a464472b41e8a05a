"""What a table says that it is of.

Its titles and headings say it, or else its file's name. A table is taken for nothing else than what
it says. One that says nothing is refused, and so is one of something that the portal doesn't show.
"""

from __future__ import annotations

import re
from enum import Enum

from django.utils.translation import gettext as _

from pledges.models.municipality import without_diacritics
from pledges.statistics.source_rows import Unreadable
from pledges.statistics.tables import Row


class Subject(Enum):
    """What the figures of a table are of, as the table itself says."""

    OFFENCES = "offences"
    NATIONAL_SURVEY = "national survey"
    LOCAL_SURVEY = "local survey"
    POPULATION = "population"


# The first that fits: surveys are about offences too, and some of Brå's tables are of what became
# of offences, which is no number of reported ones.
_SUBJECTS = (
    (Subject.LOCAL_SURVEY, re.compile(r"trygghetsmatning")),
    (Subject.NATIONAL_SURVEY, re.compile(r"\bntu\b|nationella trygghetsundersokning")),
    (None, re.compile(r"(person)?uppklar|handlagda|misstankt|lagfor|kriminalvard|atalade?\b")),
    (Subject.OFFENCES, re.compile(r"brott(?!s?(balk|sjour|soffer))|anmalda")),
    (Subject.POPULATION, re.compile(r"\bfolkmangd|\bbefolkning|antal invanare\b")),
)
_BRA = re.compile(r"\bbrå\b", re.I)
_IN_PER_CENT = re.compile(r"\bandel|\bprocent|%")
_OF_A_YEAR = re.compile(r"[0-9]+")
# All reported offences together is what a title means that says nothing else than these words.
_ALL_OFFENCES = re.compile(r"\b(anmalda|samtliga|alla|totalt antal) (anmalda )?brott\b")
_NEUTRAL = frozenset(
    [
        *("anmalda", "alla", "samtliga", "brott", "antal", "totalt", "tabell", "databasfil"),
        *("brottsforebyggande", "radet", "bra", "statistik", "statistikdatabas", "uppgift"),
        *("kommun", "kommuner", "kommunerna", "lan", "lanen", "region", "regioner", "omrade"),
        *("omraden", "hela", "landet", "riket", "inv", "invanare", "folkmangd", "kopia"),
        *("ar", "arsvis", "helar", "kvartal", "manad", "manader", "period", "perioden"),
        *("per", "efter", "i", "och", "for", "av", "fran", "till", "t", "o", "m", "p"),
        *("slutlig", "slutliga", "prel", "preliminar", "preliminara", "uppgifter"),
    ]
)


def says(rows: list[Row]) -> str:
    """Return the words of some rows, as subjects are looked for in them."""
    return " ".join(" ".join(text.split()) for _number, texts in rows for text in texts if text)


def subject_of(words: str, file_name: str) -> Subject | None:
    """Return what a table says that it is of, None when it doesn't say.

    Raises Unreadable for a table that says that it is of something else.
    """
    for text in (words, file_name.replace("_", " ")):
        plain_text = without_diacritics(text)
        for subject, pattern in _SUBJECTS:
            match = pattern.search(plain_text)
            if match is None:
                continue
            if subject is None:
                raise Unreadable(_other_subject(match[0], plain_text))
            is_share = _IN_PER_CENT.search(plain_text) and "antal" not in plain_text
            if subject == Subject.OFFENCES and is_share:
                raise Unreadable(_shares_of_offences())
            return subject
        if _BRA.search(text):
            return Subject.OFFENCES
    return None


def names_all_offences(titles: str, file_name: str, area: str) -> bool:
    """Return whether a table without offences says that it is of all of them.

    Its titles do when they say "anmälda brott" and nothing else but places and times; without
    titles its file's name does.
    """
    named = titles if titles.strip() else file_name.rpartition(".")[0].replace("_", " ")
    plain_text = without_diacritics(named)
    if not _ALL_OFFENCES.search(plain_text):
        return False
    places = set(without_diacritics(area).split())
    words = re.findall(r"[a-z0-9/]+", plain_text)
    return all(word in _NEUTRAL or word in places or _OF_A_YEAR.fullmatch(word) for word in words)


def no_subject() -> str:
    """Return the sentence about a table that doesn't say what it is of."""
    return _(
        "Filen säger inte vad siffrorna gäller. Lägg till en rubrik som säger det, till exempel"
        " ”Anmälda brott” eller ”Folkmängd”, eller använd portalens mall."
    )


def no_offence() -> str:
    """Return the sentence about a table that doesn't say which offences."""
    return _(
        "Filen säger inte vilka brott siffrorna gäller. Lägg till en kolumn med rubriken Brott,"
        " eller skriv till exempel ”Brott: Misshandel” ovanför rubrikerna."
    )


def _other_subject(word: str, plain_text: str) -> str:
    return _(
        "Tabellen gäller något annat än anmälda brott (”%(word)s”). Sådana siffror visar inte"
        " portalen."
    ) % {"word": word}


def _shares_of_offences() -> str:
    return _(
        "Tabellen har andelar, inte antal anmälda brott. Skriv i dess titel om den är från NTU"
        " eller Polisens trygghetsmätning, eller använd portalens mall."
    )
