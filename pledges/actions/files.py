"""The log of actions as a file, with the headings that an import reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.http import HttpResponse
from django.utils import timezone

from pledge_portal.pages.csv_files import csv_file
from pledge_portal.pages.xlsx_files import xlsx_file
from pledges.models import CompletedAction

_HEADINGS = [
    *("lofte", "atagande", "datum", "kommun", "plats", "antal", "bad_om_det", "hur_det_gick"),
    *("lokaler", "markeringar", "fynd", "text", "offentlig", "visas_tidigast", "struken", "skal"),
    "registrerad",
]


def as_csv(found: Iterable[CompletedAction]) -> HttpResponse:
    """Return the actions as a CSV file. Internal notes are left out: a file is soon passed on."""
    return csv_file("insatser.csv", _HEADINGS, _lines(found))


def as_xlsx(found: Iterable[CompletedAction]) -> HttpResponse:
    """Return the actions as an Excel workbook, without internal notes."""
    return xlsx_file("insatser.xlsx", {"Insatser": _with_headings(found)})


def _with_headings(found: Iterable[CompletedAction]) -> Iterator[list[object]]:
    yield [*_HEADINGS]
    yield from _lines(found)


def _lines(found: Iterable[CompletedAction]) -> Iterator[list[object]]:
    """Yield a line for each; their commitment, pledge, municipality and place are fetched."""
    for each in found:
        yield [
            *(each.commitment.pledge.period, each.commitment.number, each.done_on),
            *(each.municipality.official_name, each.place.name if each.place else ""),
            *(each.amount, each.requests, each.get_outcome_display(), each.premises_searched),
            *(each.indications, each.finds, each.public_note),
            "ja" if each.is_public else "nej",
            each.embargo_until,
            "ja" if each.is_struck else "nej",
            each.strike_reason,
            timezone.localtime(each.recorded_at).strftime("%Y-%m-%d %H:%M"),
        ]
