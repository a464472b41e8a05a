"""Commitments in both voices, and what was done for them.

All that is said of how they go is what pages say, by the same functions: what a page doesn't tell
of a secret kind isn't told here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pledges.actions.tallies import reported_in_public
from pledges.follow_ups.voices import promise
from pledges.lifecycle import standing
from pledges.models import (
    Assessment,
    Commitment,
    CompletedAction,
    Place,
    PublishedAction,
    TargetChange,
)
from pledges.open_data.columns import (
    IS_DEMONSTRATION,
    Column,
    Kind,
    column,
    in_both_languages,
    of_field,
    said,
)
from pledges.open_data.links import address_of
from pledges.open_data.paging import as_number, as_uuid
from pledges.open_data.place_resources import MUNICIPALITY_CODE, MUNICIPALITY_NAME
from pledges.open_data.pledge_resources import (
    in_each_language,
    of_pledge,
    pledge_key,
    standings_of,
)
from pledges.open_data.resource import Key, Resource, Terms, register
from pledges.presentation.commitment import municipality_names, responsible_text, target_text
from pledges.progress import Verdict

_COMMITMENTS = _("åtaganden")
_NUMBER = _("åtagandets nummer i löftet")
_IN_ORDER = (Key("pledge__uid", as_uuid), Key("number", as_number))
_DAYS = ("pledge__valid_from", "pledge__valid_to")


def commitment_number(at: str) -> Column:
    """Return the column that names a commitment of a pledge."""
    return column("commitment", Kind.INTEGER, _NUMBER, at)


def _public(_on: date) -> Any:
    return Commitment.objects.public().select_related("pledge", "focus_area", "origin__pledge")


def _in_both_voices(commitments: list[Commitment], on: date) -> Iterator[Any]:
    """Yield commitments with what pages say of them in each language.

    A fixed number of queries.
    """
    pledges = standings_of(commitment.pledge_id for commitment in commitments)
    standings = {key: standing(pledge, on) for key, pledge in pledges.items()}
    for commitment in commitments:
        commitment.pledge = pledges[commitment.pledge_id]

    def views() -> dict[int, Any]:
        reported = reported_in_public(pledges.values(), on)
        return {
            commitment.pk: _view(commitment, reported, standings[commitment.pledge_id])
            for commitment in commitments
        }

    in_language = in_each_language(views)
    for commitment in commitments:
        yield SimpleNamespace(
            row=commitment, sv=in_language.sv[commitment.pk], en=in_language.en[commitment.pk]
        )


def _view(commitment: Commitment, reported: Any, standing_then: Any) -> Any:
    source = commitment.source_after(reported.changes_until(commitment, standing_then.on))
    voices = promise(commitment, reported, standing_then)
    return SimpleNamespace(
        responsible=responsible_text(commitment, municipality_names(commitment.pledge)),
        source=source,
        target=target_text(source),
        voices=voices,
        spans=_spans(reported.progress(commitment, standing_then).rows, voices.reported.spans),
        closings=reported.closing_times(commitment, standing_then),
    )


def _spans(rows: Any, views: Any) -> list[Any]:
    """Return the periods with what is told of each.

    Where a page shows no number, neither its parts are told.
    """
    return [
        SimpleNamespace(
            view=view,
            done=row.done if view.number and row.mean is None else None,
            target=row.target if view.number and row.mean is None else None,
        )
        for row, view in zip(rows, views, strict=True)
    ]


def _periods(commitments: list[Commitment], on: date) -> Iterator[Any]:
    for item in _in_both_voices(commitments, on):
        for swedish, english in zip(item.sv.spans, item.en.spans, strict=True):
            yield SimpleNamespace(row=item.row, sv=swedish, en=english)


def _closings(commitments: list[Commitment], on: date) -> Iterator[Any]:
    for item in _in_both_voices(commitments, on):
        for swedish, english in zip(item.sv.closings, item.en.closings, strict=True):
            yield SimpleNamespace(row=item.row, sv=swedish, en=english)


def _target_changes(commitments: list[Commitment], on: date) -> Any:
    changes = TargetChange.objects.filter(commitment__in=commitments, from_day__lte=on)
    related = changes.select_related("commitment__pledge")
    return related.order_by("commitment__pledge__uid", "commitment__number", "from_day")


def _council(name: str) -> Any:
    return lambda item: getattr(item.sv.voices.council, name, None)


def _council_words(name: str) -> Any:
    return lambda view: getattr(view.voices.council, name, None) or ""


_TARGET_FIELDS = (
    *("target_shape", "target_amount", "target_period", "target_at_least", "target_at_most"),
    *("target_of", "target_first", "target_last", "target_every_year", "target_within_days"),
)


def _target(at: str) -> tuple[Column, ...]:
    columns = [of_field(Commitment, name, at=at)[0] for name in _TARGET_FIELDS]
    unit = in_both_languages("target_unit", _("vad som räknas"), at.rstrip("."), "target_unit")
    return (*columns, *unit)


def _of_commitments(
    name: str, title: Any, description: Any, items: Any, columns: tuple[Column, ...], counted: Any
) -> Resource:
    return Resource(
        name,
        title,
        description,
        Terms.FREE,
        _public,
        _IN_ORDER,
        columns,
        of_pledge,
        items,
        _DAYS,
        counted,
    )


def _commitment_address(item: Any) -> str:
    commitment = item.row
    party = next(iter(commitment.pledge.parties.all()))
    return address_of(
        "commitment", party.municipality.slug, commitment.pledge.period, commitment.number
    )


_VERDICTS = tuple((verdict.value, verdict.label) for verdict in Verdict)
register(
    _of_commitments(
        "commitments",
        _("Åtaganden"),
        _(
            "Vad som är lovat, med målet som gäller i dag och hur det går i båda rösterna: vad som"
            " är redovisat, och vad rådet säger."
        ),
        _in_both_voices,
        (
            pledge_key("row.pledge.uid"),
            commitment_number("row.number"),
            column(
                "focus_area",
                Kind.INTEGER,
                _("inriktningens ordning i löftet"),
                "row.focus_area.position",
            ),
            *of_field(Commitment, "kind", at="row."),
            *of_field(Commitment, "name", at="row."),
            *of_field(Commitment, "text", at="row."),
            *of_field(Commitment, "explanation", at="row."),
            *of_field(Commitment, "responsible", at="row.", name="responsible_party"),
            *said("responsible", _("vilka som ansvarar"), lambda view: view.responsible),
            *said("target", _("målet som gäller i dag, i ord"), lambda view: view.target),
            *_target("sv.source."),
            column(
                "reported_verdict",
                Kind.TEXT,
                _("hur det går enligt det som är redovisat"),
                "sv.voices.reported.verdict.value",
                _VERDICTS,
            ),
            *said(
                "reported_label",
                _("det redovisade läget i ett par ord"),
                lambda view: view.voices.reported.verdict_label,
            ),
            *said(
                "reported_figure",
                _("det redovisade i siffror"),
                lambda view: view.voices.reported.figure,
            ),
            *said(
                "reported",
                _("vad som är redovisat, i en mening"),
                lambda view: view.voices.reported.sentence,
            ),
            column(
                "assessed_verdict",
                Kind.TEXT,
                _("rådets senaste bedömning"),
                _council("verdict"),
                Assessment.Verdict.choices,
            ),
            *said("assessed_label", _("rådets bedömning i ord"), _council_words("label")),
            column("assessed_by", Kind.TEXT, _("vem som bedömde, om inte rådet"), _council("by")),
            column("assessed_on", Kind.DAY, _("mötets dag"), _council("meeting_on")),
            column(
                "assessed_from",
                Kind.DAY,
                _("första dagen som bedömningen gäller"),
                _council("first"),
            ),
            column(
                "assessed_to", Kind.DAY, _("sista dagen som bedömningen gäller"), _council("last")
            ),
            column(
                "reason",
                Kind.TEXT,
                _("skälet som gavs"),
                lambda item: item.sv.voices.reported.reason.text,
            ),
            column(
                "voices_differ",
                Kind.YES_OR_NO,
                _("om rösterna säger olika om samma tid"),
                "sv.voices.differs",
            ),
            column("address", Kind.ADDRESS, _("åtagandets sida i portalen"), _commitment_address),
            column("invented", Kind.TEXTS, _("delar som är påhittade"), "row.invented"),
            column(
                "is_demonstration",
                Kind.YES_OR_NO,
                IS_DEMONSTRATION.meaning,
                "row.pledge.is_demonstration",
            ),
        ),
        "",
    ),
    _of_commitments(
        "commitment-periods",
        _("Målens perioder"),
        _("Hur det går period för period, för mål som räknas så."),
        _periods,
        (
            pledge_key("row.pledge.uid"),
            commitment_number("row.number"),
            column("first_day", Kind.DAY, _("första dagen"), "sv.view.first"),
            column("last_day", Kind.DAY, _("sista dagen"), "sv.view.last"),
            *said("label", _("perioden i ord"), lambda span: span.view.label),
            column(
                "is_extra", Kind.YES_OR_NO, _("om den ligger efter slutdatumet"), "sv.view.is_extra"
            ),
            column("target", Kind.INTEGER, _("antalet som perioden bedöms mot"), "sv.target"),
            column("done", Kind.INTEGER, _("antalet som är redovisat"), "sv.done"),
            column(
                "verdict",
                Kind.TEXT,
                _("hur det går enligt det som är redovisat"),
                "sv.view.verdict.value",
                _VERDICTS,
            ),
            *said(
                "verdict_label",
                _("det redovisade läget i ett par ord"),
                lambda span: span.view.verdict_label,
            ),
            *said(
                "sentence", _("vad som är redovisat, i en mening"), lambda span: span.view.sentence
            ),
            column(
                "reason", Kind.TEXT, _("skälet som gavs"), lambda item: item.sv.view.reason.text
            ),
        ),
        _COMMITMENTS,
    ),
    _of_commitments(
        "closings",
        _("Avslutade perioder"),
        _("Tid som alla ansvariga, eller en uppföljning, har sagt är redovisad i sin helhet."),
        _closings,
        (
            pledge_key("row.pledge.uid"),
            commitment_number("row.number"),
            column("first_day", Kind.DAY, _("första dagen"), "sv.first"),
            column("last_day", Kind.DAY, _("sista dagen"), "sv.last"),
            column(
                "closed_on",
                Kind.DAY,
                _("dagen då den avslutades, där en part gjorde det"),
                lambda item: None if item.sv.is_by_follow_up else item.sv.closed_on,
            ),
            *said("closed_by", _("vem som sa det"), lambda time: time.by),
        ),
        _COMMITMENTS,
    ),
    _of_commitments(
        "target-changes",
        _("Ändrade mål"),
        _("Mål som har rättats, eller fått ett nytt antal när löftet förlängdes."),
        _target_changes,
        (
            pledge_key("commitment.pledge.uid"),
            commitment_number("commitment.number"),
            *of_field(TargetChange, "from_day"),
            column("is_correction", Kind.YES_OR_NO, _("om det undertecknade målet var fel")),
            *of_field(TargetChange, "reason"),
            *_target(""),
        ),
        _COMMITMENTS,
    ),
    Resource(
        "actions",
        _("Genomförda insatser"),
        _(
            "Vad som är gjort, så noga som det får visas: av slag som är hemliga bara månaden eller"
            " terminen, när tiden är slut."
        ),
        Terms.FREE,
        lambda on: PublishedAction.objects.public(on).select_related(
            "commitment__pledge", "municipality", "place", "police_area"
        ),
        (Key("uid", as_uuid),),
        (
            column("action", Kind.KEY, _("insatsens nyckel"), "uid"),
            pledge_key("commitment.pledge.uid"),
            commitment_number("commitment.number"),
            MUNICIPALITY_CODE,
            MUNICIPALITY_NAME,
            column(
                "police_area",
                Kind.TEXT,
                _("lokalpolisområdet som gjorde det"),
                lambda row: row.police_area.name if row.police_area else None,
            ),
            column("first_day", Kind.DAY, _("första dagen som det ligger inom"), "shown_first"),
            column("last_day", Kind.DAY, _("sista dagen som det ligger inom"), "shown_last"),
            column(
                "is_span",
                Kind.YES_OR_NO,
                _("om dagarna är insatsens egna, och inte bara tiden runt den"),
            ),
            column(
                "place",
                Kind.TEXT,
                _("platsen, om den får visas"),
                lambda row: row.place.name if row.place else None,
            ),
            column(
                "place_level", Kind.TEXT, _("skolans stadium"), "place_level", Place.Level.choices
            ),
            column("amount", Kind.INTEGER, _("antal")),
            column(
                "unit",
                Kind.TEXT,
                _("vad som räknas"),
                lambda row: row.unit or row.commitment.target_unit_sv,
            ),
            column("requests", Kind.INTEGER, _("hur många som bad om det")),
            column(
                "outcome",
                Kind.TEXT,
                _("hur det gick"),
                "outcome",
                CompletedAction.Outcome.choices,
            ),
            column("premises_searched", Kind.INTEGER, _("genomsökta lokaler")),
            column("indications", Kind.INTEGER, _("hundens markeringar")),
            column("finds", Kind.INTEGER, _("fynd")),
            column("note", Kind.TEXT, _("text för alla")),
            IS_DEMONSTRATION,
        ),
        lambda municipality: Q(municipality=municipality),
        days=("shown_first", "shown_last"),
    ),
)
