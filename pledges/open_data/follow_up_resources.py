"""Follow-ups, with what the council said, and consultations."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pledges.consultation.presentation import consultation_view
from pledges.follow_ups.presentation import assessment_view
from pledges.models import (
    Assessment,
    Consultation,
    ConsultationParty,
    FollowUp,
    FollowUpCorrection,
    FollowUpDocument,
    Municipality,
    Pledge,
    WithheldDocument,
)
from pledges.open_data.columns import (
    IS_DEMONSTRATION,
    Kind,
    column,
    in_both_languages,
    of_field,
    said,
)
from pledges.open_data.commitment_resources import commitment_number
from pledges.open_data.links import address_of
from pledges.open_data.paging import as_number, as_uuid
from pledges.open_data.place_resources import MUNICIPALITY_CODE, MUNICIPALITY_NAME
from pledges.open_data.pledge_resources import in_each_language, of_pledge, pledge_key
from pledges.open_data.resource import Key, Resource, Terms, register


def _with_documents(follow_ups: list[FollowUp], _on: date) -> Iterator[Any]:
    """Yield follow-ups with their documents, but for those that aren't shown."""
    documents = FollowUpDocument.objects.filter(follow_up__in=follow_ups).defer("content")
    by_follow_up = {document.follow_up_id: document for document in documents}
    withheld = set(
        WithheldDocument.objects.filter(
            pledge__in=[follow_up.pledge_id for follow_up in follow_ups]
        ).values_list("pledge", "sha256")
    )
    for follow_up in follow_ups:
        document = by_follow_up.get(follow_up.pk)
        if document is not None and (follow_up.pledge_id, document.sha256) in withheld:
            document = None
        yield SimpleNamespace(row=follow_up, document=document)


def _address(name: str) -> Any:
    def address(item: Any) -> str | None:
        if name == "follow_up_document" and item.document is None:
            return None
        party = next(iter(item.row.pledge.parties.all()))
        return address_of(
            name, party.municipality.slug, item.row.pledge.period, item.row.meeting_on
        )

    return address


def _follow_ups(_on: date) -> Any:
    follow_ups = FollowUp.objects.public().filter(pledge__in=Pledge.objects.public())
    return follow_ups.select_related("pledge").prefetch_related("pledge__parties")


def _assessed(assessments: list[Assessment], _on: date) -> Iterator[Any]:
    for assessment in assessments:
        views = in_each_language(lambda row=assessment: assessment_view(row))
        yield SimpleNamespace(row=assessment, sv=views.sv, en=views.en)


def _corrections(follow_ups: list[FollowUp], _on: date) -> Any:
    corrections = FollowUpCorrection.objects.filter(follow_up__in=follow_ups)
    related = corrections.select_related("follow_up__pledge", "commitment")
    return related.order_by("follow_up__uid", "corrected_at", "pk")


def _rounds(parties: list[ConsultationParty], on: date) -> Iterator[Any]:
    """Yield rounds of consultation as the municipality's page lists them."""
    keys = {party.consultation_id for party in parties}
    rounds = Consultation.objects.public().without_the_draft().in_bulk(keys)
    signed = dict(
        Pledge.objects.public()
        .filter(consultations__in=keys)
        .values_list("consultations__pk", "uid")
    )
    for party in parties:
        row, place = rounds[party.consultation_id], party.municipality

        def view(row: Any = row, place: Municipality = place) -> Any:
            return consultation_view(row, on, place)

        views = in_each_language(view)
        yield SimpleNamespace(
            row=row,
            municipality=place,
            pledge=signed.get(row.pk),
            sv=views.sv,
            en=views.en,
            is_open=row.is_open(on),
        )


def _published(name: str) -> Any:
    """Return a function that reads the day of a moment."""

    def read(item: Any) -> date | None:
        moment = getattr(item.row, name)
        return timezone.localdate(moment) if moment else None

    return read


register(
    Resource(
        "follow-ups",
        _("Uppföljningar"),
        _("Publicerade uppföljningar av löftena, för en tid var."),
        Terms.FREE,
        _follow_ups,
        (Key("uid", as_uuid),),
        (
            column("follow_up", Kind.KEY, _("uppföljningens nyckel"), "row.uid"),
            pledge_key("row.pledge.uid"),
            column("meeting_on", Kind.DAY, _("mötets dag"), "row.meeting_on"),
            *of_field(FollowUp, "first_day", at="row."),
            *of_field(FollowUp, "last_day", at="row."),
            *of_field(FollowUp, "assessed_by", at="row."),
            *of_field(FollowUp, "introduction", at="row."),
            column(
                "document_sha256",
                Kind.TEXT,
                _("dokumentets SHA-256"),
                lambda item: item.document.sha256 if item.document else None,
            ),
            column(
                "document", Kind.ADDRESS, _("uppföljningen som PDF"), _address("follow_up_document")
            ),
            column(
                "address", Kind.ADDRESS, _("uppföljningens sida i portalen"), _address("follow_up")
            ),
            column(
                "is_demonstration",
                Kind.YES_OR_NO,
                IS_DEMONSTRATION.meaning,
                "row.is_demonstration",
            ),
        ),
        of_pledge,
        _with_documents,
        ("meeting_on", "meeting_on"),
    ),
    Resource(
        "assessments",
        _("Bedömningar"),
        _("Vad rådet sa om varje åtagande vid ett möte, bredvid vad som då var redovisat."),
        Terms.FREE,
        lambda _on: (
            Assessment.objects.public()
            .filter(follow_up__pledge__in=Pledge.objects.public())
            .select_related("follow_up__pledge", "commitment")
        ),
        (Key("follow_up__uid", as_uuid), Key("commitment__number", as_number)),
        (
            column("follow_up", Kind.KEY, _("uppföljningens nyckel"), "row.follow_up.uid"),
            pledge_key("row.follow_up.pledge.uid"),
            commitment_number("row.commitment.number"),
            column("meeting_on", Kind.DAY, _("mötets dag"), "row.follow_up.meeting_on"),
            *of_field(Assessment, "verdict", at="row."),
            *said("verdict_label", _("bedömningen i ord"), lambda view: view.verdict_label),
            *of_field(Assessment, "reason", at="row."),
            *of_field(Assessment, "output_text", at="row."),
            *of_field(Assessment, "process_text", at="row."),
            *of_field(Assessment, "effect_text", at="row."),
            *of_field(Assessment, "decision", at="row."),
            *of_field(Assessment, "difference", at="row."),
            *said(
                "reported",
                _("vad som var redovisat när uppföljningen publicerades"),
                lambda view: view.figures,
            ),
            column(
                "voices_differ",
                Kind.YES_OR_NO,
                _("om rösterna säger olika om samma tid"),
                "sv.differs",
            ),
        ),
        lambda municipality: Q(follow_up__pledge__parties__municipality=municipality),
        _assessed,
        ("follow_up__meeting_on", "follow_up__meeting_on"),
    ),
    Resource(
        "follow-up-corrections",
        _("Rättelser av uppföljningar"),
        _("Daterade rättelser som står bredvid publicerade uppföljningar."),
        Terms.FREE,
        _follow_ups,
        (Key("uid", as_uuid),),
        (
            column("follow_up", Kind.KEY, _("uppföljningens nyckel"), "follow_up.uid"),
            pledge_key("follow_up.pledge.uid"),
            column(
                "commitment",
                Kind.INTEGER,
                _("åtagandets nummer i löftet"),
                lambda row: row.commitment.number if row.commitment else None,
            ),
            column(
                "corrected_on",
                Kind.DAY,
                _("rättelsens dag"),
                lambda row: timezone.localdate(row.corrected_at),
            ),
            *of_field(FollowUpCorrection, "text"),
        ),
        of_pledge,
        _corrections,
        ("meeting_on", "meeting_on"),
        _("uppföljningar"),
    ),
    Resource(
        "consultations",
        _("Samråd"),
        _("Omgångar där invånarna fick läsa ett förslag till löfte, och vad som kom ut av det."),
        Terms.FREE,
        lambda _on: ConsultationParty.objects.select_related("municipality"),
        (
            Key("municipality__code"),
            Key("period"),
            Key("number", as_number),
        ),
        (
            column("consultation", Kind.KEY, _("samrådets nyckel"), "row.uid"),
            column("pledge", Kind.KEY, _("löftet som förslaget blev"), "pledge"),
            MUNICIPALITY_CODE,
            MUNICIPALITY_NAME,
            *of_field(Consultation, "period", at="row."),
            *of_field(Consultation, "number", at="row."),
            *said("title", _("förslagets titel"), lambda view: view.title),
            *in_both_languages("introduction", _("vad ni vill veta"), "row", "introduction"),
            column("published_on", Kind.DAY, _("publiceringsdag"), _published("published_at")),
            *of_field(Consultation, "closes_on", at="row."),
            column("closed_on", Kind.DAY, _("avslutat i förtid"), _published("closed_at")),
            column("is_open", Kind.YES_OR_NO, _("om det går att kommentera i dag")),
            *said("outcome", _("så påverkade synpunkterna löftet"), lambda view: view.outcome),
            column(
                "outcome_on", Kind.DAY, _("svaret publicerat"), _published("outcome_published_at")
            ),
            column(
                "address",
                Kind.ADDRESS,
                _("samrådets sida i portalen"),
                lambda item: address_of(
                    "consultation_round", item.municipality.slug, item.row.period, item.row.number
                ),
            ),
            column(
                "is_demonstration",
                Kind.YES_OR_NO,
                IS_DEMONSTRATION.meaning,
                "row.is_demonstration",
            ),
        ),
        lambda municipality: Q(municipality=municipality),
        _rounds,
    ),
)
