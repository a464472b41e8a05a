"""Papers from a file: one answer on each row, read, shown and taken in all at once or not at all.

Each row is judged by the same form as an answer written in by hand. What a file's row says is taken
in once, however many times the file is sent.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from dialogues.answers.forms import WriteInForm
from dialogues.answers.submitting import write_in
from dialogues.models import Dialogue, District, Submission, Theme
from pledge_portal.accounts.models import User
from pledges.exchange.tables import Table

MOST_ROWS = 1000
_SALT = "papers from a file"
_MOST_SECONDS = 60 * 60
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


@dataclass(frozen=True)
class Fault:
    """What is wrong in a row; `heading` is empty for the whole of it."""

    row: int
    heading: str
    sentence: str


@dataclass(frozen=True)
class Paper:
    """A row as it will be taken in, by the names of the form's fields."""

    row: int
    said: dict[str, Any]


class PaperFileError(Exception):
    """Nothing is taken in: `faults` names every fault, empty when the file as a whole is wrong."""

    def __init__(self, sentence: str, faults: list[Fault] | None = None) -> None:
        super().__init__(sentence)
        self.faults = faults or []


def read_papers(table: Table, dialogue: Dialogue) -> tuple[list[Paper], list[Fault]]:
    """Return the rows, and what seems to be personal data in them, which can be agreed to.

    Raises PaperFileError naming every other fault.
    """
    names = {heading.strip().casefold(): heading for heading in HEADINGS}
    columns = [names.get(heading.casefold()) for heading in table.headings]
    if not any(columns):
        raise PaperFileError(
            _("Ingen av rubrikerna känns igen. De ska vara: %(headings)s.")
            % {"headings": ", ".join(HEADINGS)}
        )
    if len(table.rows) > MOST_ROWS:
        raise PaperFileError(
            _("Filen har fler än %(most)s rader. Dela upp den.") % {"most": MOST_ROWS}
        )
    words = _Words(dialogue)
    papers: list[Paper] = []
    faults: list[Fault] = []
    questions: list[Fault] = []
    for row in table.rows:
        cells = {heading: cell for heading, cell in zip(columns, row.cells, strict=True) if heading}
        said, unknown = words.understood(cells)
        faults += [Fault(row.number, heading, sentence) for heading, sentence in unknown]
        form = WriteInForm({**said, "sending": str(uuid.uuid4())}, dialogue=dialogue)
        if not form.is_valid():
            found = [
                Fault(row.number, _heading_of(name), str(sentence))
                for name, sentences in form.errors.items()
                for sentence in sentences
            ]
            form = WriteInForm(
                {**said, "sending": str(uuid.uuid4()), "texts_are_fine": "on"}, dialogue=dialogue
            )
            # What only has to be agreed to is asked about; all else is wrong.
            (questions if form.is_valid() else faults).extend(found)
        papers.append(Paper(row.number, said))
    if faults:
        raise PaperFileError(_("Inget är sparat. Rätta felen i filen och välj den igen."), faults)
    return papers, questions


def _heading_of(name: str) -> str:
    return next((heading for heading, field in HEADINGS.items() if field == name), "")


class _Words:
    """What is understood in a file's cells, by the lists of the dialogue's municipality."""

    def __init__(self, dialogue: Dialogue) -> None:
        here = {"municipality": dialogue.municipality_id}
        self.themes = _by_name(Theme.objects.in_use().filter(**here), lambda each: each.name_sv)
        self.districts = _by_name(District.objects.in_use().filter(**here), lambda each: each.name)
        self.groups = {str(label).casefold(): value for value, label in Submission.Group.choices}
        self.sources = {
            str(source.label).casefold(): source.value
            for source in (Submission.Source.PAPER, Submission.Source.SPOKEN)
        }

    def understood(self, cells: dict[str, str]) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        """Return the form's values of a row, and a sentence for each cell that isn't known."""
        said: dict[str, Any] = {"source": Submission.Source.PAPER.value}
        unknown = []
        for heading, cell in cells.items():
            field = HEADINGS[heading]
            if field == "text" or not cell:
                said[field] = cell if field == "text" else said.get(field, "")
                continue
            if field == "also":
                parts = [part.strip() for part in cell.replace(",", ";").split(";") if part.strip()]
                said[field] = [self.themes.get(part.casefold()) for part in parts]
                missing = [part for part in parts if part.casefold() not in self.themes]
            elif field == "may_quote":
                said[field] = "on" if cell.casefold() in {"ja", "x", "1"} else ""
                missing = [] if cell.casefold() in {"ja", "x", "1", "nej", "0"} else [cell]
            else:
                value = self._list_of(field).get(cell.casefold())
                said[field] = value or ""
                missing = [] if value else [cell]
            sentence = _("”%(word)s” finns inte att välja.")
            unknown += [(heading, sentence % {"word": word[:40]}) for word in missing]
        said["also"] = [each for each in said.get("also") or [] if each]
        if not said["source"]:
            said["source"] = Submission.Source.PAPER.value
        return said, unknown

    def _list_of(self, field: str) -> dict[str, str]:
        lists = {"district": self.districts, "group": self.groups, "source": self.sources}
        return lists.get(field, self.themes)


def _by_name(rows: Any, name_of: Callable[[Any], str]) -> dict[str, str]:
    return {name_of(each).casefold(): str(each.pk) for each in rows}


def pack(papers: list[Paper], dialogue: Dialogue) -> str:
    """Return the rows as text that a form carries to the next page and nobody can alter."""
    said = [[paper.row, paper.said] for paper in papers]
    return signing.dumps([dialogue.pk, said], salt=_SALT, compress=True)


def unpack(packed: str, dialogue: Dialogue) -> list[Paper]:
    """Return what `pack` packed; raise PaperFileError when it is too old or not of the dialogue."""
    try:
        key, said = signing.loads(packed, salt=_SALT, max_age=_MOST_SECONDS)
    except signing.BadSignature:
        key, said = None, []
    if key != dialogue.pk:
        raise PaperFileError(_("Det har gått för lång tid. Välj filen igen."))
    return [Paper(row, values) for row, values in said]


def questions(papers: list[Paper], dialogue: Dialogue) -> list[Fault]:
    """Return what seems to be personal data in rows that are otherwise right."""
    found = []
    for paper in papers:
        form = WriteInForm({**paper.said, "sending": str(uuid.uuid4())}, dialogue=dialogue)
        found += [
            Fault(paper.row, _heading_of(name), str(sentence))
            for name, sentences in form.errors.items()
            for sentence in sentences
        ]
    return found


@transaction.atomic
def take_in(papers: list[Paper], dialogue: Dialogue, by: User, at: datetime) -> tuple[int, int]:
    """Take in all rows; return how many were, and how many were there already.

    Raises PaperFileError when the lists have changed so that a row no longer fits.
    """
    new = 0
    for paper in papers:
        said = {**paper.said, "sending": str(_sending(paper, dialogue)), "texts_are_fine": "on"}
        form = WriteInForm(said, dialogue=dialogue)
        if not form.is_valid():
            raise PaperFileError(_("Teman eller kommundelar har ändrats. Välj filen igen."))
        values = form.cleaned_data
        new += write_in(dialogue, form.answer(), values["source"], by, values["sending"], at)
    return new, len(papers) - new


def _sending(paper: Paper, dialogue: Dialogue) -> uuid.UUID:
    """Return the sending that a row stands for: the same each time that the same file is sent."""
    words = repr([dialogue.pk, paper.row, sorted(paper.said.items(), key=lambda each: each[0])])
    return uuid.uuid5(_NAMESPACE, sha256(words.encode()).hexdigest())
