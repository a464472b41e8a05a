"""Find what points at a pupil or a suspect without any number of theirs.

A class (9B, åk 9 b), the pupil ("eleven") and the boy or girl, somebody's age, a locker, a suspect,
a full name beside such a word. Each may be harmless, so it is asked about and never refused.
It looks through the fold of a text, in time that grows with the text's length alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils.translation import gettext as _

from pledge_portal.pages.folding import fold

_AGES = "elva|tolv|tretton|fjorton|femton|sexton|sjutton|arton|nitton"
_SOMEBODY = (
    r"[Ee]lev(?:en|ens)?|[Pp]ojk(?:e|en|ens)|[Ff]lick(?:a|an|ans)|[Kk]ill(?:e|en|ens)"
    r"|[Tt]jej(?:en|ens)?|[Yy]ngling(?:en|ens)?|[Mm]isstänkt[ae]?|[Gg]ärningsman(?:nen|nens)?"
    r"|[Pp]upil|[Bb]oy|[Gg]irl|[Ss]uspect"
)
_NAME = r"[A-ZÅÄÖÉÜ][a-zåäöéü]{1,30}(?:-[A-ZÅÄÖÉÜ][a-zåäöéü]{1,30})?"
_FULL_NAME = rf"{_NAME} {_NAME}"
_POINTING = [
    # A class: a school year with its letter. "Mål 2a", "Storgatan 5 B" and 5G are none.
    re.compile(
        r"(?<![\w.,:/§-])(?<!mål )(?<!punkt )(?<!bilaga )(?<!steg )(?<!del )(?<!fråga )(?<!tabell )"
        r"(?<!figur )(?<!avsnitt )(?<!område )(?<!fas )(?<!kap\. )(?<!kap )(?<!§ )"
        r"(?<!gatan )(?<!vägen )(?<!linje )(?<!buss )(?!3[Dd]|[45] ?[Gg])"
        r"[1-9](?:[A-Ha-h]|[ ][A-H])(?![\w%§°]|\.[0-9]| §)"
    ),
    re.compile(
        r"\b(?:klass(?:en)?|åk|årskurs|class|year|grade)\.? ?[0-9] ?-?[a-h]\b", re.IGNORECASE
    ),
    re.compile(r"\b(?:klass(?:en)?|class) [a-zåäö]{2,4}[0-9]{1,2}[a-z]?\b", re.IGNORECASE),
    # Somebody of a year: a boy in year nine ("nian").
    re.compile(
        rf"\b(?:{_SOMEBODY}) (?:i|från|ur|in|from) "
        r"(?:ettan|tvåan|trean|fyran|femman|sexan|sjuan|åttan|nian"
        r"|(?:åk|årskurs|klass|year|grade) ?[0-9])"
    ),
    # "Elever" and "misstänkta brott" are nobody, "eleven" and "den misstänkte" are somebody.
    re.compile(
        r"\b(?:pojk|flick|kill|tjej|yngling)(?:en|an)s?\b|\bgärningsmannen(?:s)?\b"
        r"|\bden misstänkt[ae]s?\b|\bthe (?:pupil|boy|girl|suspect)\b",
        re.IGNORECASE,
    ),
    # Somebody's age.
    re.compile(
        rf"\b(?:[0-9]{{1,2}}|{_AGES})[- ]?åring(?:en|ens|s)?\b"
        rf"|\b(?:är|var) (?:[0-9]{{1,2}}|{_AGES}) år\b(?! sedan)"
        r"|\b[0-9]{1,2}[- ]year[- ]old\b(?!s)",
        re.IGNORECASE,
    ),
    # A locker.
    re.compile(
        r"\b(?:elev)?skåpet(?:s)?\b|\bett (?:elev)?skåp\b|\bskåp (?:nr |nummer )?[0-9]{1,4}\b"
        r"|\b(?:a|the) locker\b|\blocker (?:no\.? )?[0-9]{1,4}\b",
        re.IGNORECASE,
    ),
    # A full name beside somebody.
    re.compile(
        rf"\b(?:{_SOMEBODY})[,:]? (?:heter |vid namn |called |named )?{_FULL_NAME}\b"
        rf"|\b{_FULL_NAME}[,]? \(?(?:är |som är )?(?:misstänkt|elev|suspect|pupil)\b"
    ),
]
_THE_PUPIL = re.compile(r"\beleven(?:s)?\b", re.IGNORECASE)
# In English it is a number.
_ENGLISH = re.compile(r"\b(?:the|of|and|were|was|with)\b", re.IGNORECASE)


def find_pointers(text: str) -> list[str]:
    """Return what in a text points at a pupil or a suspect, each once."""
    folded = fold(text)
    patterns = _POINTING if _ENGLISH.search(folded.text) else [*_POINTING, _THE_PUPIL]
    spans = sorted(match.span() for pattern in patterns for match in pattern.finditer(folded.text))
    return list(dict.fromkeys(folded.piece(*span)[1].strip() for span in spans))


def pointing_question(pointers: Iterable[str]) -> str:
    """Return the sentence that asks about what may point at somebody."""
    return _("Det här kan peka ut en elev eller en misstänkt: %(pieces)s.") % {
        "pieces": ", ".join(f"”{pointer}”" for pointer in pointers)
    }
