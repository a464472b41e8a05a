"""Papers from a file: one answer on each row.

They are read, shown, and taken in all at once or not at all. Each row is judged by the same form
as an answer written in by hand. What a file's row says is taken in once, however many times the
file is sent.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from operator import itemgetter
from typing import Any, NamedTuple

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from dialogues.answers.forms import WriteInForm
from dialogues.answers.rules import write_in
from dialogues.models import Dialogue, District, Submission, Theme
from pledge_portal.accounts.models import User
from pledge_portal.pages.refusals import Refused, SentBefore
from pledges.exchange.tables import Table, unread_columns

MAX_ROWS = 1000
_SALT = "papers from a file"
_PREVIEW_SECONDS = 60 * 60
_NAMESPACE = uuid.UUID("b9a86f5c-4f0d-4e51-9c35-6a1a3a3a2c11")

# The headings of the template, each with the form's field.
HEADINGS = {
    "Text": "text",
    "Viktigast": "first",
    "Näst viktigast": "second",
    "Tredje viktigast": "third",
    "Andra teman": "also",
    "Kommundel": "district",
    "Svarar som": "group",
    "Får citeras": "may_quote",
    "Kom på": "source",
}


class Fault(NamedTuple):
    """What is wrong in a row of the file; no `heading` for the whole row."""

    row: int
    heading: str
    sentence: str


@dataclass(frozen=True)
class Paper:
    """A row as it will be taken in, by the names of the form's fields."""

    row: int
    values: dict[str, Any]


@dataclass(frozen=True)
class PapersRead:
    """What a file holds.

    `doubts` are about what seems to be personal data; `remarks` say what of the file isn't read.
    """

    papers: list[Paper]
    doubts: list[Fault]
    remarks: list[str]


class PaperFileError(Refused):
    """Nothing of the file is taken in.

    `row_faults` has every fault in its rows, none when the file as a whole is wrong.
    """

    def __init__(self, sentence: str, row_faults: list[Fault] | None = None) -> None:
        super().__init__(sentence)
        self.row_faults = row_faults or []


def read_papers(table: Table, dialogue: Dialogue) -> PapersRead:
    """Return the rows, with what can be agreed to and what isn't read.

    Raises PaperFileError naming every other fault.
    """
    names = {heading.strip().casefold(): heading for heading in HEADINGS}
    columns = [names.get(heading.casefold()) for heading in table.headings]
    if not any(columns):
        raise PaperFileError(
            _("Ingen av rubrikerna känns igen. De ska vara: %(headings)s.")
            % {"headings": ", ".join(HEADINGS)}
        )
    if len(table.rows) > MAX_ROWS:
        raise PaperFileError(
            _("Filen har fler än %(most)s rader. Dela upp den.") % {"most": MAX_ROWS}
        )
    reader = _CellReader(dialogue)
    papers: list[Paper] = []
    faults: list[Fault] = []
    doubts: list[Fault] = []
    for row in table.rows:
        cells = {heading: cell for heading, cell in zip(columns, row.cells, strict=True) if heading}
        values, unknown = reader.read(cells)
        paper = Paper(row.number, values)
        faults += [Fault(row.number, heading, sentence) for heading, sentence in unknown]
        if form_faults := _faults_of(paper, dialogue):
            # What only has to be agreed to is asked about; all else is wrong.
            agreed = _form(paper, dialogue, texts_are_fine="on")
            (doubts if agreed.is_valid() else faults).extend(form_faults)
        papers.append(paper)
    if faults:
        raise PaperFileError(_("Inget är sparat. Rätta felen i filen och välj den igen."), faults)
    unread = (heading for heading, known in zip(table.headings, columns, strict=True) if not known)
    return PapersRead(papers, doubts, [*table.remarks, *unread_columns(unread)])


def _form(paper: Paper, dialogue: Dialogue, **more: str) -> WriteInForm:
    """Return the form of an answer written in by hand, filled in with a row."""
    return WriteInForm({**paper.values, "sending": str(uuid.uuid4()), **more}, dialogue=dialogue)


def _faults_of(paper: Paper, dialogue: Dialogue) -> list[Fault]:
    return [
        Fault(paper.row, _heading_of(name), str(sentence))
        for name, sentences in _form(paper, dialogue).errors.items()
        for sentence in sentences
    ]


def _heading_of(name: str) -> str:
    return next((heading for heading, field in HEADINGS.items() if field == name), "")


class _CellReader:
    """Reads a file's cells by the lists of the dialogue's municipality."""

    def __init__(self, dialogue: Dialogue) -> None:
        in_municipality = {"municipality": dialogue.municipality_id}
        self.themes = _by_name(
            Theme.objects.in_use().filter(**in_municipality), lambda theme: theme.name_sv
        )
        self.districts = _by_name(
            District.objects.in_use().filter(**in_municipality), lambda district: district.name
        )
        self.groups = {str(label).casefold(): value for value, label in Submission.Group.choices}
        self.sources = {
            str(source.label).casefold(): source.value
            for source in (Submission.Source.PAPER, Submission.Source.SPOKEN)
        }

    def read(self, cells: dict[str, str]) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        """Return a row's values for the form, and a sentence per unknown cell."""
        values: dict[str, Any] = {"source": Submission.Source.PAPER.value}
        unknown = []
        for heading, cell in cells.items():
            field = HEADINGS[heading]
            if field == "text" or not cell:
                values[field] = cell if field == "text" else values.get(field, "")
                continue
            if field == "also":
                parts = [part.strip() for part in cell.replace(",", ";").split(";") if part.strip()]
                values[field] = [self.themes.get(part.casefold()) for part in parts]
                missing = [part for part in parts if part.casefold() not in self.themes]
            elif field == "may_quote":
                values[field] = "on" if cell.casefold() in {"ja", "x", "1"} else ""
                missing = [] if cell.casefold() in {"ja", "x", "1", "nej", "0"} else [cell]
            else:
                value = self._list_of(field).get(cell.casefold())
                values[field] = value or ""
                missing = [] if value else [cell]
            sentence = _("”%(word)s” finns inte att välja.")
            unknown += [(heading, sentence % {"word": word[:40]}) for word in missing]
        values["also"] = [key for key in values.get("also") or [] if key]
        if not values["source"]:
            values["source"] = Submission.Source.PAPER.value
        return values, unknown

    def _list_of(self, field: str) -> dict[str, str]:
        lists = {"district": self.districts, "group": self.groups, "source": self.sources}
        return lists.get(field, self.themes)


def _by_name(entries: Any, name_of: Callable[[Any], str]) -> dict[str, str]:
    return {name_of(entry).casefold(): str(entry.pk) for entry in entries}


def pack(papers: list[Paper], dialogue: Dialogue) -> str:
    """Return the rows signed, as text for a form to carry to the next page."""
    rows = [[paper.row, paper.values] for paper in papers]
    return signing.dumps([dialogue.pk, rows], salt=_SALT, compress=True)


def unpack(packed: str, dialogue: Dialogue) -> list[Paper]:
    """Return what `pack` packed.

    Raises PaperFileError when it is too old or of another dialogue.
    """
    try:
        key, rows = signing.loads(packed, salt=_SALT, max_age=_PREVIEW_SECONDS)
    except signing.BadSignature:
        key, rows = None, []
    if key != dialogue.pk:
        raise PaperFileError(_("Det har gått för lång tid. Välj filen igen."))
    return [Paper(row, values) for row, values in rows]


def find_doubts(papers: list[Paper], dialogue: Dialogue) -> list[Fault]:
    """Return what seems to be personal data in rows that are otherwise right."""
    return [fault for paper in papers for fault in _faults_of(paper, dialogue)]


@transaction.atomic
def save_papers(papers: list[Paper], dialogue: Dialogue, by: User, at: datetime) -> tuple[int, int]:
    """Save all rows; return how many were new, and how many known already.

    Raises PaperFileError when the lists have changed so that a row no longer fits.
    """
    new = 0
    for paper in papers:
        sending = _sending(paper, dialogue)
        form = _form(paper, dialogue, sending=str(sending), texts_are_fine="on")
        if not form.is_valid():
            raise PaperFileError(_("Teman eller kommundelar har ändrats. Välj filen igen."))
        source = form.cleaned_data["source"]
        # A row that was saved before may have been changed since, as when a detail was erased.
        with suppress(SentBefore):
            new += write_in(dialogue, form.answer(), source, by, sending, at)
    return new, len(papers) - new


def _sending(paper: Paper, dialogue: Dialogue) -> uuid.UUID:
    """Return the sending that a row stands for.

    It is the same each time that the same file is sent, so that the row is saved once.
    """
    words = repr([dialogue.pk, paper.row, sorted(paper.values.items(), key=itemgetter(0))])
    return uuid.uuid5(_NAMESPACE, sha256(words.encode()).hexdigest())
