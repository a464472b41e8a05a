"""Find what free text mustn't tell of a secret kind (dog searches).

Where and when a search was done is told by the portal alone, as closely as its disclosure has it;
a text that tells more tells of the pupils there, and of the next one. In what is written about a
commitment of a secret kind:

- Refused: the name of one of the municipality's places, a time by the clock, and days and weeks of
  what was done for it. In a sentence about a search every day and week is refused, and every
  weekday and part of the day: it may be of one to come.
- Asked about: other days, months, parts of a place's name, and a school's level.

In a text about a whole pledge that holds such a commitment, only sentences about a search are held
against it, and days of searches are asked about in the others. Place, level and month may be
written where the public is told them anyway.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from pledge_portal.pages.folding import fold
from pledge_portal.pages.workspace_forms import WorkspaceForm
from pledges.actions.action_disclosure import disclosure_of
from pledges.actions.spoken_days import clock_times, months, near_days, spoken_days
from pledges.models import Commitment, CompletedAction, Disclosure, Place

_SENTENCE_END = re.compile(r"(?<=[.!?])[ \t]+(?=[A-ZÅÄÖ\"”])|\n+")
_SEARCH = re.compile(r"(?<!be)(?<!för)(?<!under)(?<!an)(?<!upp)(?<!efter)sök|\bsearch")
_DOG = re.compile(r"hund(?!r)|\bdogs?\b")
_DRUG = re.compile(r"narkotika|drog(?!van)|knark|\bdrugs?\b|\bnarcotics\b")
_LEVELS = re.compile(
    r"\b(?:låg|mellan|hög)stadi\w*|\bgymnasi\w*|\b(?:upper|lower) secondary\b|\bkomvux\b"
)
# What the names of places have in common names none of them.
_COMMON = frozenset(
    {"skola", "skolan", "skolor", "förskola", "förskolan", "gymnasiet", "gymnasium",
     "gymnasieskola", "gymnasieskolan", "grundskola", "grundskolan", "högstadiet", "mellanstadiet",
     "friskola", "friskolan", "komvux", "centrum", "torget", "school", "college", "kommun",
     "kommunens", "biblioteket", "fritidsgård", "fritidsgården", "parken"}
)  # fmt: skip
_SHORTEST_PART = 4
_MAX_QUOTED = 200


@dataclass(frozen=True)
class Secrets:
    """What isn't to be told of the searches of some commitments.

    `names` are of places, `days` the first and last of each search. `is_all_of_searches` says that
    each sentence is about one, and `is_of_more` that the text is about other commitments too.
    """

    names: Collection[str] = ()
    days: Sequence[tuple[date, date]] = ()
    tells_level: bool = False
    tells_month: bool = False
    is_all_of_searches: bool = False
    is_of_more: bool = False

    @cached_property
    def whole_names(self) -> re.Pattern[str]:
        """Where a place is named, in any form of its name."""
        return re.compile(rf"(?<!\w)(?:{_any_of(map(_forms, self.names))})(?!\w)")

    @cached_property
    def parts_of_names(self) -> re.Pattern[str]:
        """Where a word stands that a place is known by."""
        words = {word for name in self.names for word in re.findall(r"\w+", name)}
        known = {word for word in words - _COMMON if len(word) >= _SHORTEST_PART}
        return re.compile(rf"(?<!\w)(?:{_any_of(map(re.escape, known))})s?(?!\w)")


@dataclass
class SecretFindings:
    """The sentences that can't stand, and the pieces that are asked about."""

    refused: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def refusal(self) -> str:
        """Return why a text is refused, empty when it isn't."""
        if not self.refused:
            return ""
        return _(
            "Det här kan röja ett hundsök: %(sentences)s Skriv inga platser, dagar, veckor eller "
            "klockslag."
        ) % {"sentences": " ".join(f"”{sentence}”" for sentence in self.refused)}


def secrets_of(commitments: Iterable[Commitment], *, is_of_more: bool = False) -> Secrets | None:
    """Return what a text about commitments of one pledge mustn't tell.

    None without asking the database when none of them is of a secret kind; else asks for their
    places, their days and, where it isn't fetched, what is disclosed.
    """
    secret = [commitment for commitment in commitments if commitment.is_secret_kind]
    if not secret:
        return None
    actions = CompletedAction.objects.counted().filter(commitment__in=secret)
    days = [(first, last or first) for first, last in actions.values_list("done_on", "last_day")]
    return replace(_secrets(secret, _places_of(secret[0])), days=days, is_of_more=is_of_more)


def secrets_of_note(
    commitment: Commitment, places: Iterable[Place] | None = None
) -> Secrets | None:
    """Return what the public note of a commitment's action mustn't tell.

    All of it is about the search. None when the kind isn't secret. The places come with their
    municipality, or are asked for.
    """
    if not commitment.is_secret_kind:
        return None
    places = _places_of(commitment) if places is None else places
    return replace(_secrets([commitment], places), is_all_of_searches=True)


def _places_of(commitment: Commitment) -> Iterable[Place]:
    places = Place.objects.filter(municipality__pledge_parties__pledge=commitment.pledge_id)
    return places.select_related("municipality")


def _secrets(secret: Sequence[Commitment], places: Iterable[Place]) -> Secrets:
    disclosures = [disclosure_of(commitment) for commitment in secret]
    place_details = {disclosure.place_detail for disclosure in disclosures}
    tells_place = place_details == {Disclosure.PlaceDetail.EXACT}
    return Secrets(
        names=frozenset() if tells_place else frozenset(_telling_names(places)),
        tells_level=Disclosure.PlaceDetail.MUNICIPALITY not in place_details,
        tells_month=all(d.date_detail != Disclosure.DateDetail.TERM for d in disclosures),
    )


def _telling_names(places: Iterable[Place]) -> Iterator[str]:
    """Yield the names that say more than municipality and sort of place."""
    for place in places:
        own = place.municipality.name.casefold()
        name = " ".join(_plain(place.name).split())
        if set(name.split()) - _COMMON - {own, f"{own}s"}:
            yield name


def find_secrets(text: str, secrets: Secrets) -> SecretFindings:
    """Return what a text tells that isn't to be told."""
    findings = SecretFindings()
    for sentence in _SENTENCE_END.split(text):
        plain = _plain(sentence)
        is_of_search = secrets.is_all_of_searches or _is_of_search(plain, secrets)
        if secrets.is_of_more and not is_of_search:
            findings.asked += _own_days(plain, secrets)
        elif _is_refused(plain, secrets, is_of_search=is_of_search):
            findings.refused.append(sentence.strip()[:_MAX_QUOTED])
        else:
            findings.asked += _hints(plain, secrets)
    findings.asked = list(dict.fromkeys(findings.asked))
    return findings


def _is_of_search(plain: str, secrets: Secrets) -> bool:
    is_search, has_dog = bool(_SEARCH.search(plain)), bool(_DOG.search(plain))
    if secrets.is_of_more:
        # Pupils look for summer jobs too (söka), and a pledge may be about dogs' rest areas.
        return is_search + has_dog + bool(_DRUG.search(plain)) >= 2
    return is_search or has_dog


def _is_refused(plain: str, secrets: Secrets, *, is_of_search: bool) -> bool:
    if clock_times(plain) or secrets.whole_names.search(plain):
        return True
    if is_of_search:
        return next(spoken_days(plain), None) is not None or bool(near_days(plain))
    return bool(_own_days(plain, secrets))


def _own_days(plain: str, secrets: Secrets) -> list[str]:
    return [
        spoken.text
        for spoken in spoken_days(plain)
        if any(spoken.may_be(first) or spoken.may_be(last) for first, last in secrets.days)
    ]


def _hints(plain: str, secrets: Secrets) -> list[str]:
    hints = [*(spoken.text for spoken in spoken_days(plain)), *near_days(plain)]
    if not secrets.tells_month:
        hints += months(plain)
    if not secrets.tells_level:
        hints += [match[0] for match in _LEVELS.finditer(plain)]
    return hints + [match[0] for match in secrets.parts_of_names.finditer(plain)]


def _plain(text: str) -> str:
    """Return a text as it is looked through."""
    folded = fold(unicodedata.normalize("NFC", text)).text.casefold()
    return " ".join(folded.split())


def _forms(name: str) -> str:
    """Return a pattern of a place's name: norra skola, Norraskolans."""
    stem = re.sub(r"(?<=skol)(?:an?|or)$|(?<=gymnasi)(?:et|um)$", "", name)
    words = r"[ -]?".join(re.escape(word) for word in re.split(r"[ -]", stem))
    return words + (r"\w*" if stem != name else "s?")


def _any_of(patterns: Iterable[str]) -> str:
    # What is never there matches nothing.
    return "|".join(sorted(patterns, key=len, reverse=True)) or r"(?!)"


class SecretsForm(WorkspaceForm):
    """A form of which some texts are public and may be about a secret kind.

    `public_texts` names them; `secrets()` says what they are held against.
    """

    public_texts: tuple[str, ...] = ()

    def secrets(self) -> Secrets | None:
        """Return what isn't to be told, None where nothing is secret."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        """Refuse what tells a secret, and ask about what may."""
        cleaned = super().clean()
        if (secrets := self.secrets()) is None:
            return cleaned
        for name in self.public_texts:
            findings = find_secrets(cleaned.get(name) or "", secrets)
            if refusal := findings.refusal():
                self.add_error(name, refusal)
            elif findings.asked:
                self.ask_about(name, secret_question(findings.asked))
        return cleaned


def secret_question(pieces: Sequence[str]) -> str:
    """Return the question about pieces of a text that may tell a secret."""
    return _("Det här kan visa när eller var ett hundsök gjordes: %(pieces)s.") % {
        "pieces": ", ".join(f"”{piece}”" for piece in pieces)
    }
