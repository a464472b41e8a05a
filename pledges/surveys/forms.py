"""The forms of drug-habit surveys.

The table of sums, the ways to fill it, and publishing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pledge_portal.pages.text import whole_number
from pledge_portal.pages.workspace_forms import WorkspaceForm
from pledges.exchange.rows import without_spaces
from pledges.exchange.tables import Table, TableError
from pledges.exchange.uploads import TableFileField
from pledges.models import Commitment, Municipality, SurveyRound
from pledges.models.survey import Grade
from pledges.surveys.publishing import MAX_REASON_LENGTH
from pledges.surveys.rounds import (
    FIRST_SCHOOL_YEAR,
    RoundEntry,
    sums_of,
)
from pledges.surveys.rows import MAX_TEXT_LENGTH, pasted
from pledges.surveys.sums import ANSWERED, Group, Measure, Sums, cell_name, row_label
from pledges.targets import school_year_label, school_year_of

_ROWS = (ANSWERED, *Measure.values)
_NO_PUPILS = gettext_lazy(
    "Texten blir offentlig. Skriv inga namn, inga tal ur svaren och ingenting om en enda skola "
    "eller klass."
)
_MAX_PASTE_LENGTH = 20_000
# What a round can belong to: a key for the form, words, and the two themselves.
Targets = Mapping[str, tuple[str, Commitment, Municipality]]


class CountField(forms.CharField):
    """A number of pupils as people write it: "1 204" is one.

    None when it is left empty.
    """

    def __init__(self, **options: Any) -> None:
        attrs = {
            "inputmode": "numeric",
            "autocomplete": "off",
            "maxlength": "20",
            **options.pop("attrs", {}),
        }
        super().__init__(widget=forms.TextInput(attrs=attrs), **options)

    def clean(self, value: Any) -> Any:
        """Return the number."""
        text = without_spaces(str(super().clean(value)))
        if not text:
            return None
        if (number := whole_number(text)) is None:
            raise ValidationError(self.refusal())
        return number

    def refusal(self) -> str:
        """Return the sentence about anything but a number, naming the field."""
        return _("%(where)s: skriv ett heltal.") % {"where": self.label}


@dataclass(frozen=True)
class TableRow:
    """A row of the table of sums.

    Its cells, and their sum when genders have numbers.
    """

    name: str
    label: str
    cells: list[forms.BoundField]
    total: int | None

    @property
    def is_faulty(self) -> bool:
        """Whether any of its cells has a fault."""
        return any(cell.errors for cell in self.cells)


class RoundForm(WorkspaceForm):
    """A round and its table of sums, tabbed through row by row."""

    free_texts = ("instrument", "note")

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    target = forms.ChoiceField(label=gettext_lazy("Åtagande"))
    school_year = forms.TypedChoiceField(label=gettext_lazy("Läsår"), coerce=int)
    grade = forms.ChoiceField(
        label=gettext_lazy("Årskurs"),
        choices=Grade.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Välj en årskurs.")},
    )
    invited = CountField(
        label=gettext_lazy("Antal elever i årskursen"),
        help_text=gettext_lazy("Alla som kunde ha svarat, i hela kommunen."),
        error_messages={"required": gettext_lazy("Fyll i antalet elever i årskursen.")},
    )
    method = forms.ChoiceField(
        label=gettext_lazy("Hur svarade eleverna?"), choices=SurveyRound.Method.choices
    )
    instrument = forms.CharField(
        label=gettext_lazy("Enkätens namn"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("Till exempel ”CAN:s skolundersökning”. Visas för alla."),
    )
    note = forms.CharField(
        label=gettext_lazy("Kommentar som visas för alla"),
        required=False,
        max_length=1000,
        widget=forms.Textarea,
        help_text=_NO_PUPILS,
    )
    is_sure = forms.BooleanField(
        label=gettext_lazy("Jag har kontrollerat talen. De stämmer."), required=False
    )

    def __init__(self, *args: Any, targets: Targets, today: date, **kwargs: Any) -> None:
        self.targets = targets
        fields = {
            cell_name(row, group): CountField(
                label=f"{row_label(row)}, {group.label}",
                required=False,
                attrs={"aria-labelledby": f"rad-{row} kol-{group.value}"},
            )
            for row in _ROWS
            for group in Group
        }
        super().__init__(*args, **kwargs)
        for name, field in fields.items():
            field.widget.attrs["class"] = "input"
            self.fields[name] = field
        choices: Any = self.fields
        choices["target"].choices = [(key, label) for key, (label, *_rest) in targets.items()]
        choices["school_year"].choices = [
            (year, school_year_label(year))
            for year in range(school_year_of(today), FIRST_SCHOOL_YEAR - 1, -1)
        ]
        self.asks_if_sure = False

    @staticmethod
    def typed(data: Mapping[str, str]) -> dict[str, str]:
        """Return what was typed, as the initial data of a new form.

        The new form finds no fault with it yet.
        """
        cells = {cell_name(row, group) for row in _ROWS for group in Group}
        names = cells | (RoundForm.base_fields.keys() - {"is_sure", "texts_are_fine"})
        return {name: data[name][:2000] for name in names if name in data}

    @staticmethod
    def initial_from(survey_round: SurveyRound) -> dict[str, Any]:
        """Return the initial data of the form of a stored round."""
        names = ("version", "school_year", "grade", "invited", "method", "instrument", "note")
        return {
            "target": target_key(survey_round.commitment_id, survey_round.municipality_id),
            **{name: getattr(survey_round, name) for name in names},
            **sums_of(survey_round).cells(),
        }

    def entry(self) -> RoundEntry:
        """Return the entry of a valid form."""
        cleaned = self.cleaned_data
        _words, commitment, municipality = self.targets[cleaned["target"]]
        cells = {cell_name(row, group) for row in _ROWS for group in Group}
        return RoundEntry(
            commitment=commitment,
            municipality=municipality,
            sums=Sums.of_cells({n: cleaned[n] for n in cells if cleaned.get(n) is not None}),
            **{
                name: cleaned[name]
                for name in ("school_year", "grade", "invited", "method", "instrument", "note")
            },
        )

    def ask_if_sure(self, questions: list[str]) -> None:
        """Show the questions about the numbers, and the box that answers them."""
        self.asks_if_sure = True
        for question in questions:
            self.add_error("is_sure", question)

    def about_fields(self) -> list[forms.BoundField]:
        """Return the fields above the table."""
        return [self[name] for name in ("target", "school_year", "grade", "invited")]

    def how_fields(self) -> list[forms.BoundField]:
        """Return the fields below the table."""
        return [self[name] for name in ("method", "instrument", "note")]

    def columns(self) -> list[tuple[str, str]]:
        """Return the groups: a name for ids, and what they are called."""
        return [(group.value, str(capfirst(group.label))) for group in Group]

    def rows(self) -> list[TableRow]:
        """Return the rows of the table, in the order of tabbing."""
        return [
            TableRow(
                row, row_label(row), [self[cell_name(row, g)] for g in Group], self._total(row)
            )
            for row in _ROWS
        ]

    def _total(self, row: str) -> int | None:
        genders = [self[cell_name(row, group)].value() for group in Group if group != Group.ALL]
        texts = [without_spaces(str(value)) for value in genders if value not in {None, ""}]
        numbers = [number for text in texts if (number := whole_number(text)) is not None]
        return sum(numbers) if numbers and len(numbers) == len(texts) else None


def target_key(commitment: int, municipality: int) -> str:
    """Return the form's key of a commitment with a municipality."""
    return f"{commitment}-{municipality}"


class FillForm(WorkspaceForm):
    """The ways to fill the table: pasted, or from a file.

    `cleaned_data["table"]` is a Table.
    """

    tables = ("pasted",)

    pasted = forms.CharField(
        label=gettext_lazy("Klistra in en tabell"),
        required=False,
        max_length=_MAX_PASTE_LENGTH,
        strip=False,  # the first cell of a table is often empty
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy(
            "Kopiera cellerna i kalkylarket, med rubrikerna. En rad för varje fråga, en kolumn "
            "för varje grupp."
        ),
    )
    file = TableFileField(
        label=gettext_lazy("Eller välj en fil"),
        required=False,
        help_text=gettext_lazy("Excel (.xlsx) eller CSV."),
    )

    def clean(self) -> dict[str, Any]:
        """Read the table from the way that was used."""
        cleaned = super().clean()
        if self.errors:
            return cleaned
        table: Table | None = cleaned.get("file")
        if cleaned["pasted"].strip():
            try:
                table = pasted(cleaned["pasted"])
            except TableError as error:
                self.add_error("pasted", str(error))
                return cleaned
        if table is None:
            self.add_error("pasted", _("Klistra in en tabell eller välj en fil."))
        return {**cleaned, "table": table}


class ListForm(FillForm):
    """Several rounds at once: a list, its commitment and method."""

    target = forms.ChoiceField(label=gettext_lazy("Åtagande"))
    method = forms.ChoiceField(
        label=gettext_lazy("Hur svarade eleverna?"), choices=SurveyRound.Method.choices
    )
    field_order = ("target", "method", "pasted", "file")

    def __init__(self, *args: Any, targets: Targets, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["target"]
        field.choices = [(key, label) for key, (label, *_rest) in targets.items()]
        self.fields["pasted"].label = _("Klistra in en lista")
        self.fields["pasted"].help_text = _(
            "Kopiera cellerna i kalkylarket, med rubrikerna. En rad för varje grupp i varje omgång."
        )


class ConfirmListForm(WorkspaceForm):
    """The confirmation of a list that was previewed.

    Its cells come once more, as `as_text` wrote them.
    """

    tables = ("cells",)

    target = forms.ChoiceField(widget=forms.HiddenInput)
    method = forms.ChoiceField(choices=SurveyRound.Method.choices, widget=forms.HiddenInput)
    cells = forms.CharField(strip=False, max_length=MAX_TEXT_LENGTH, widget=forms.HiddenInput)
    is_sure = forms.BooleanField(
        label=gettext_lazy("Jag har läst anmärkningarna. Importera ändå."),
        error_messages={"required": gettext_lazy("Läs anmärkningarna och kryssa i rutan.")},
    )

    def __init__(self, *args: Any, targets: Targets, has_questions: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["target"]
        field.choices = [(key, label) for key, (label, *_rest) in targets.items()]
        if not has_questions:
            del self.fields["is_sure"]


class VersionForm(WorkspaceForm):
    """A confirmation of the round's version that the person read."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class PublishForm(VersionForm):
    """The confirmation of publishing.

    A round that was published before needs a reason to be published again; one that other public
    rounds are like needs a yes to that its pupils are others.
    """

    free_texts = ("reason",)

    reason = forms.CharField(
        label=gettext_lazy("Varför publiceras omgången igen?"),
        max_length=MAX_REASON_LENGTH,
        help_text=gettext_lazy(
            "Skälet blir offentligt, som en rättelse. Skriv inga tal ur svaren."
        ),
        error_messages={"required": gettext_lazy("Skriv varför omgången publiceras igen.")},
    )
    is_sure = forms.BooleanField(
        label=gettext_lazy("Det är andra elever."),
        error_messages={
            "required": gettext_lazy("Kryssa i att det är andra elever, om det är så.")
        },
    )

    def __init__(self, *args: Any, is_first: bool, has_alike: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_first:
            del self.fields["reason"]
        if not has_alike:
            del self.fields["is_sure"]


class WithdrawForm(VersionForm):
    """The reason why a round is withdrawn."""

    free_texts = ("reason",)

    reason = forms.CharField(
        label=gettext_lazy("Varför?"),
        max_length=MAX_REASON_LENGTH,
        help_text=gettext_lazy("Skälet läses bara av dem som arbetar med undersökningen."),
    )
