"""From the rows of a table to completed actions, with every fault.

The headings are Swedish and fixed, as the template has them and as the log's own files do, so that
what was taken out of the portal can be read in again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from pledge_portal.pages.pointing import pointing_question
from pledge_portal.pages.typed_text import clean
from pledges.actions import recording
from pledges.actions.places import PlaceUnclear, find_place
from pledges.actions.secret_words import Secrets, find_secrets, secret_question, secrets_of_note
from pledges.exchange.rows import RowFault, plain, without_spaces
from pledges.exchange.tables import Table, TableError, TableRow
from pledges.models import Commitment, CompletedAction, Municipality, Place, Pledge, PoliceArea

# The column of each part of an action, in the template's order.
HEADINGS = {
    "commitment": "Åtagande",
    "done_on": "Datum",
    "municipality": "Kommun",
    "place": "Plats",
    "last_day": "Sista dag",
    "amount": "Antal",
    "unit": "Enhet",
    "requests": "Bad om det",
    "outcome": "Hur det gick",
    "premises_searched": "Lokaler",
    "indications": "Markeringar",
    "finds": "Fynd",
    "public_note": "Text",
    "internal_note": "Intern anteckning",
    "is_public": "Offentlig",
    "embargo_until": "Visas tidigast",
    # Only in the log's own files; looked at so that nothing is read in against its meaning.
    "period": "Löfte",
    "struck": "Struken",
}
TEMPLATE_HEADINGS = [HEADINGS[key] for key in HEADINGS if key not in {"period", "struck"}]
_REQUIRED = ("commitment", "done_on")
# Columns of the log's files that say nothing of an action to be recorded.
_PASSED_OVER = frozenset({"skal", "registrerad", "lokalpolisomrade"})
_MAX_LENGTHS = {"unit": recording.MAX_UNIT_LENGTH, "public_note": 1000, "internal_note": 2000}

_DAY = re.compile(r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})(?:[ T]00:00(?::00)?)?")
_NUMBER = re.compile(r"[0-9]{1,9}")
_OUTCOMES = {
    "": CompletedAction.Outcome.AS_PLANNED,
    "som det var tankt": CompletedAction.Outcome.AS_PLANNED,
    "som planerat": CompletedAction.Outcome.AS_PLANNED,
    "as planned": CompletedAction.Outcome.AS_PLANNED,
    "bara delvis": CompletedAction.Outcome.PARTLY,
    "delvis": CompletedAction.Outcome.PARTLY,
    "only partly": CompletedAction.Outcome.PARTLY,
    "partly": CompletedAction.Outcome.PARTLY,
}
_YES = frozenset({"ja", "j", "yes", "1", "x"})
_NO = frozenset({"nej", "n", "no", "0"})


@dataclass
class ReadRow:
    """What a row says.

    `entry` is None when there are faults; `questions` are to be answered.
    """

    number: int
    entry: recording.Entry | None = None
    faults: list[RowFault] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Setting:
    """What rows are read against.

    A pledge fetched by `with_standing()`, the side that did what the file tells, the day it is, the
    commitments by number and every place of the parties.
    """

    pledge: Pledge
    side: PoliceArea | Municipality
    today: date
    commitments: dict[int, Commitment]
    places: list[Place]
    # What public notes of commitments of a secret kind mustn't tell, by their number.
    secrets: dict[int, Secrets]

    @classmethod
    def for_side(cls, pledge: Pledge, side: PoliceArea | Municipality, today: date) -> Setting:
        """Fetch what is needed in a fixed number of queries."""
        parties = [party.municipality_id for party in pledge.parties.all()]
        commitments = {
            commitment.number: commitment
            for commitment in pledge.commitments.select_related("disclosure").prefetch_related(
                "target_changes"
            )
        }
        for commitment in commitments.values():
            commitment.pledge = pledge
        places = list(
            Place.objects.filter(municipality__in=parties)
            .select_related("municipality")
            .order_by("sort_key", "pk")
        )
        secrets = {
            number: secrets
            for number, commitment in commitments.items()
            if (secrets := secrets_of_note(commitment, places)) is not None
        }
        return cls(pledge, side, today, commitments, places, secrets)

    def municipalities(self) -> list[Municipality]:
        """Return the municipalities that the side may tell of."""
        if isinstance(self.side, Municipality):
            return [self.side]
        return [party.municipality for party in self.pledge.parties.all()]


@dataclass(frozen=True)
class Columns:
    """Which cell of a row holds which part, and the headings nobody knows."""

    keys: list[str | None]
    unknown: list[str]


def columns(headings: list[str]) -> Columns:
    """Return what the headings mean.

    Raises TableError for one that is missing; none is there twice (see `exchange.tables`).
    """
    known = {plain(heading): key for key, heading in HEADINGS.items()}
    keys = [known.get(plain(heading)) for heading in headings]
    for key in _REQUIRED:
        if key not in keys:
            raise TableError(
                _("Rubriken %(heading)s saknas. Använd mallen.") % {"heading": HEADINGS[key]}
            )
    unknown = [
        heading[:60]
        for heading, key in zip(headings, keys, strict=True)
        if key is None and heading and plain(heading) not in _PASSED_OVER
    ]
    return Columns(keys, unknown)


def read_rows(table: Table, setting: Setting) -> list[ReadRow]:
    """Return what each row says.

    Raises TableError when the headings can't be used.
    """
    keys = columns(table.headings).keys
    return [_RowReader(keys, row, setting).read() for row in table.rows]


class _RowReader:
    """Reads one row, gathering faults under the headings of their columns."""

    def __init__(self, keys: Iterable[str | None], row: TableRow, setting: Setting) -> None:
        self.setting = setting
        self.cells = {
            key: cell for key, cell in zip(keys, row.cells, strict=True) if key is not None
        }
        self.row = ReadRow(row.number)

    def read(self) -> ReadRow:
        self._refuse_what_is_not_to_be_recorded()
        commitment, municipality = self._commitment(), self._municipality()
        done_on = self._day("done_on")
        if done_on is None and not self._is_faulty("done_on"):
            self._fault("done_on", _("Fyll i datum."))
        parts: dict[str, Any] = {
            "last_day": self._day("last_day"),
            "amount": self._number("amount", 1),
            "unit": self._unit(commitment),
            "requests": self._number("requests"),
            "premises_searched": self._number("premises_searched"),
            "indications": self._number("indications"),
            "finds": self._number("finds"),
            "outcome": self._outcome(),
            "public_note": self._words("public_note"),
            "internal_note": self._words("internal_note") or None,
            "is_public": self._yes_or_no("is_public"),
            "embargo_until": self._day("embargo_until"),
            "place": self._place(municipality),
        }
        self._hold_against_secrets(commitment, parts["public_note"])
        if commitment is None or municipality is None or done_on is None or self.row.faults:
            return self.row
        entry = recording.Entry(commitment, municipality, done_on, **parts)
        for name, sentence in recording.faults(entry, self.setting.today).items():
            self._fault(name, sentence)
        if not self.row.faults:
            self.row.entry = entry
        return self.row

    def _cell(self, key: str) -> str:
        return self.cells.get(key, "")

    def _fault(self, key: str, sentence: str) -> None:
        self.row.faults.append(RowFault(HEADINGS.get(key, ""), sentence))

    def _is_faulty(self, key: str) -> bool:
        return any(fault.heading == HEADINGS[key] for fault in self.row.faults)

    def _refuse_what_is_not_to_be_recorded(self) -> None:
        period = self._cell("period")
        if period and period != self.setting.pledge.period:
            self._fault("period", _("Raden hör till ett annat löfte."))
        if plain(self._cell("struck")) in _YES:
            self._fault("struck", _("Raden är struken i filen. Ta bort den."))

    def _commitment(self) -> Commitment | None:
        cell = self._cell("commitment").rstrip(".")
        commitment = self.setting.commitments.get(int(cell)) if _NUMBER.fullmatch(cell) else None
        if commitment is None:
            numbers = ", ".join(map(str, sorted(self.setting.commitments)))
            self._fault(
                "commitment",
                _("Skriv åtagandets nummer. Löftet har %(numbers)s.") % {"numbers": numbers},
            )
        return commitment

    def _municipality(self) -> Municipality | None:
        municipalities, cell = self.setting.municipalities(), self._cell("municipality")
        if not cell and len(municipalities) == 1:
            return municipalities[0]
        key = plain(cell)
        for municipality in municipalities:
            if key in {
                plain(municipality.name),
                plain(municipality.official_name),
                municipality.code,
            }:
                return municipality
        names = ", ".join(municipality.name for municipality in municipalities)
        self._fault("municipality", _("Skriv kommunen: %(names)s.") % {"names": names})
        return None

    def _place(self, municipality: Municipality | None) -> Place | None:
        words = self._words("place")
        if not words or municipality is None:
            return None
        # A school that has closed since was open when the action was done.
        candidates = [
            place for place in self.setting.places if place.municipality_id == municipality.pk
        ]
        try:
            return find_place(words, candidates)
        except PlaceUnclear as unclear:
            self._fault("place", str(unclear))
            return None

    def _day(self, key: str) -> date | None:
        cell = self._cell(key)
        if not cell:
            return None
        if match := _DAY.fullmatch(cell):
            with suppress(ValueError):
                return date(*map(int, match.groups()))
        self._fault(key, _("Skriv datumet så här: 2024-05-31."))
        return None

    def _number(self, key: str, default: int | None = None) -> int | None:
        cell = without_spaces(self._cell(key))
        if not cell:
            return default
        if not _NUMBER.fullmatch(cell):
            self._fault(key, _("Skriv ett heltal, eller lämna tomt."))
            return None
        return int(cell)

    def _unit(self, commitment: Commitment | None) -> str:
        """Return what was counted, empty when it is what the target counts."""
        unit = " ".join(self._words("unit").split())
        is_the_targets = commitment and unit.casefold() == commitment.target_unit_sv.casefold()
        return "" if is_the_targets else unit

    def _outcome(self) -> str:
        cell = self._cell("outcome")
        outcome = _OUTCOMES.get(plain(cell))
        if outcome is None:
            self._fault(
                "outcome",
                _("Skriv ”%(planned)s” eller ”%(partly)s”.")
                % {"planned": "som det var tänkt", "partly": "bara delvis"},
            )
            return ""
        return outcome

    def _yes_or_no(self, key: str) -> bool:
        cell = plain(self._cell(key))
        if cell and cell not in _YES | _NO:
            self._fault(key, _("Skriv ja eller nej."))
        return cell not in _NO

    def _hold_against_secrets(self, commitment: Commitment | None, note: str) -> None:
        """Refuse what a public note tells of a search, and ask about what may."""
        if commitment is None or (secrets := self.setting.secrets.get(commitment.number)) is None:
            return
        findings = find_secrets(note, secrets)
        if refusal := findings.refusal():
            self._fault("public_note", refusal)
        elif findings.asked:
            self.row.questions.append(secret_question(findings.asked))

    def _words(self, key: str) -> str:
        """Return a text without the quote that shields spreadsheets from formulas."""
        text = re.sub(r"^'(?=[=+\-@])", "", self._cell(key))
        typed = clean(text, _MAX_LENGTHS.get(key))
        if typed.fault:
            self._fault(key, typed.fault)
        if typed.identity_numbers:
            self._fault(key, _("Ta bort personnumret. Personnummer sparas aldrig här."))
        self.row.questions += [
            _("%(heading)s: ”%(text)s” ser ut som en personuppgift.")
            % {"heading": HEADINGS[key], "text": doubt.text}
            for doubt in typed.doubts
        ]
        if typed.pointers:
            self.row.questions.append(pointing_question(typed.pointers))
        return typed.text
