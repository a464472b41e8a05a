"""The log of actions as a file, with the headings that an import reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.http import HttpResponse
from django.utils import timezone

from pledge_portal.pages.csv_files import csv_file
from pledge_portal.pages.xlsx_files import xlsx_file
from pledges.models import CompletedAction

_HEADINGS = [
    *("lofte", "atagande", "datum", "sista_dag", "kommun", "plats", "antal", "enhet"),
    *("bad_om_det", "hur_det_gick"),
    *("lokaler", "markeringar", "fynd", "text", "offentlig", "visas_tidigast", "struken", "skal"),
    *("registrerad", "lokalpolisomrade"),
]


def as_csv(actions: Iterable[CompletedAction]) -> HttpResponse:
    """Return the actions as a CSV file.

    Internal notes are left out: a file is soon passed on.
    """
    return csv_file("insatser.csv", _HEADINGS, _lines(actions))


def as_xlsx(actions: Iterable[CompletedAction]) -> HttpResponse:
    """Return the actions as an Excel workbook, without internal notes."""
    return xlsx_file("insatser.xlsx", {"Insatser": _with_headings(actions)})


def _with_headings(actions: Iterable[CompletedAction]) -> Iterator[list[object]]:
    yield [*_HEADINGS]
    yield from _lines(actions)


def _lines(actions: Iterable[CompletedAction]) -> Iterator[list[object]]:
    """Yield a line for each action.

    Their commitment, pledge, municipality, place and police area are fetched.
    """
    for action in actions:
        yield [
            *(action.commitment.pledge.period, action.commitment.number, action.done_on),
            action.last_day,
            *(action.municipality.official_name, action.place.name if action.place else ""),
            *(
                action.amount,
                action.unit,
                action.requests,
                action.get_outcome_display(),
                action.premises_searched,
            ),
            *(action.indications, action.finds, action.public_note),
            "ja" if action.is_public else "nej",
            action.embargo_until,
            "ja" if action.is_struck else "nej",
            action.strike_reason,
            timezone.localtime(action.recorded_at).strftime("%Y-%m-%d %H:%M"),
            action.police_area.name if action.police_area else "",
        ]
