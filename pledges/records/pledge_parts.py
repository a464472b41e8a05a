"""Decide for every table of `pledges` what of it is in a package.

The order is that in which rows are restored: what a row names comes before it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet

from pledge_portal.database.history import history_of
from pledges.models import (
    ActionCorrection,
    ActionImport,
    Approval,
    ArchivePackage,
    ArchivePackagePiece,
    Area,
    Assessment,
    Commitment,
    CompletedAction,
    Disclosure,
    EarlierAmount,
    EarlierFigure,
    Erasure,
    FocusArea,
    FollowUp,
    FollowUpCorrection,
    FollowUpDocument,
    FollowUpPlan,
    HeldStatisticsFile,
    IndicatorAlias,
    IndicatorLink,
    InternalNote,
    LinkPicture,
    Observation,
    OpenDataFile,
    OpenDataFilePiece,
    PeriodClosing,
    Pledge,
    PledgeParty,
    PledgeSheet,
    PoliceAreaCoverage,
    PublishedAction,
    PublishedRound,
    PublishedShare,
    Reminder,
    ReturnedDocument,
    Section,
    Signatory,
    StatisticsDocument,
    StatisticsImport,
    SurveyCount,
    SurveyGroup,
    SurveyPublication,
    SurveyRound,
)
from pledges.records.drafting import PARTS as DRAFTING
from pledges.records.part_registry import Part, register
from pledges.records.place_parts import PARTS as PLACES
from pledges.records.scope import Scope, shown_files
from pledges.records.shared import SHARED
from pledges.records.signing_parts import PARTS as SIGNING


def _of_the_pledge(scope: Scope) -> Q:
    return Q(pgh_belongs_to=scope.pledge.pk)


def _all(model: Any, path: str = "pledge") -> Callable[[Scope], QuerySet[Any]]:
    """Return the rows of a model whose path of fields leads to the pledge."""
    return lambda scope: model.objects.filter(**{path: scope.pledge.pk})


def _published(model: Any) -> Callable[[Scope], QuerySet[Any]]:
    """Return the rows of a model that belong to published follow-ups."""
    return lambda scope: model.objects.filter(
        follow_up__in=FollowUp.objects.public().filter(pledge=scope.pledge.pk)
    )


_OTHER_PLEDGE = "Löftet som revideras är ett annat löfte, med ett eget paket."


def _actions(scope: Scope) -> QuerySet[CompletedAction]:
    return CompletedAction.objects.filter(commitment__pledge=scope.pledge.pk)


def _notes(scope: Scope) -> QuerySet[InternalNote]:
    return InternalNote.objects.filter(scope.own_side(), action__commitment__pledge=scope.pledge.pk)


def _note_events(scope: Scope) -> Q:
    return scope.own_side() & Q(action__in=_actions(scope).order_by().values("pk"))


def _imports(scope: Scope) -> QuerySet[ActionImport]:
    return ActionImport.objects.filter(
        scope.own_side(), pledge=scope.pledge.pk, confirmed_at__isnull=False
    )


def _import_events(scope: Scope) -> Q:
    return scope.own_side() & Q(pledge=scope.pledge.pk)


def _published_actions(scope: Scope) -> QuerySet[PublishedAction]:
    return PublishedAction.objects.public(scope.on).filter(commitment__pledge=scope.pledge.pk)


def _rounds(scope: Scope) -> QuerySet[SurveyRound]:
    return SurveyRound.objects.filter(scope.municipal(), commitment__pledge=scope.pledge.pk)


def _of_rounds(model: Any, path: str) -> Callable[[Scope], QuerySet[Any]]:
    return lambda scope: model.objects.filter(
        **{f"{path}__in": _rounds(scope).order_by().values("pk")}
    )


def _round_events(scope: Scope) -> Q:
    """Of the rounds there are, and of those that were thrown away."""
    history = history_of(SurveyRound)
    assert history is not None  # noqa: S101  (see tracking)
    ours = Commitment.objects.filter(pledge=scope.pledge.pk).order_by().values("pk")
    ever = history.events.objects.filter(scope.municipal(), commitment__in=ours)
    return Q(pgh_belongs_to__in=ever.order_by().values("pgh_obj"))


def _follow_up_document_name(row: Any) -> str:
    return f"uppfoljning-{row.follow_up}"


_INNER_WORK = ("version",)

PARTS = (
    Part(
        Pledge,
        "medborgarlofte",
        "Medborgarlöftet: titel, period, giltighetstid, sammanfattning. Svenska är det som "
        "undertecknades; engelska (_en) är en översättning.",
        _all(Pledge, "pk"),
        _all(Pledge, "pk"),
        secret=("created_at",),
        left_out={"revises": _OTHER_PLEDGE},
        history=_of_the_pledge,
    ),
    Part(
        PledgeParty,
        "parter",
        "Kommunerna som löftet gäller i, och om de ger det.",
        _all(PledgeParty),
        _all(PledgeParty),
        history=_of_the_pledge,
    ),
    *PLACES,
    Part(
        Section,
        "avsnitt",
        "Löftets löpande text, i Markdown.",
        _all(Section),
        _all(Section),
        history=_of_the_pledge,
    ),
    Part(
        FocusArea,
        "inriktningar",
        "Inriktningarna: problemet och dess orsak.",
        _all(FocusArea),
        _all(FocusArea),
        history=_of_the_pledge,
    ),
    Part(
        Commitment,
        "ataganden",
        "Åtagandena: vem som gör vad, hur mycket och till när.",
        _all(Commitment),
        _all(Commitment),
        left_out={"origin": _OTHER_PLEDGE},
        history=_of_the_pledge,
    ),
    Part(
        Signatory,
        "undertecknare",
        "De som undertecknar, i ordning.",
        _all(Signatory),
        _all(Signatory),
        history=_of_the_pledge,
    ),
    *DRAFTING,
    *SIGNING,
    Part(
        Disclosure,
        "offentlighet",
        "Hur noga allmänheten får veta var och när ett åtagandes insatser gjordes.",
        _all(Disclosure, "commitment__pledge"),
        history=_of_the_pledge,
    ),
    Part(
        FollowUpPlan,
        "uppfoljningsplan",
        "Hur ofta löftet följs upp.",
        _all(FollowUpPlan),
        _all(FollowUpPlan),
        history=_of_the_pledge,
    ),
    Part(
        ActionImport,
        "importer-av-insatser",
        "Filer med tidigare insatser som har lästs in; texterna i dem finns i insatserna.",
        _imports,
        left_out={"content": "Filens texter finns bara medan den väntar på ett ja."},
        history=_import_events,
    ),
    Part(
        CompletedAction,
        "insatser",
        "Genomförda insatser som de är registrerade: dag, plats, antal. Strukna står kvar.",
        _actions,
        history=_of_the_pledge,
    ),
    Part(
        ActionCorrection,
        "rattelser-av-insatser",
        "Rättelser av insatser: skälet, och hur insatsen var före.",
        _all(ActionCorrection, "action__commitment__pledge"),
        keyed={"before": CompletedAction},
        history=_of_the_pledge,
    ),
    Part(
        InternalNote,
        "interna-anteckningar",
        "Interna anteckningar om insatser. Bara för den part som skrev dem (OSL 8 kap. 1 §).",
        _notes,
        history=_note_events,
    ),
    Part(
        PublishedAction,
        "offentliga-insatser",
        "Det som allmänheten får veta om insatserna: dagarna är de som visas, inte de verkliga.",
        _all(PublishedAction, "commitment__pledge"),
        _published_actions,
        secret=("action", "public_from", "added_on"),
        order=("pk",),
    ),
    Part(
        EarlierAmount,
        "tidigare-antal",
        "Vad rättade insatser räknades till före rättelsen, till vilken dag.",
        _all(EarlierAmount, "commitment__pledge"),
    ),
    Part(
        FollowUp,
        "uppfoljningar",
        "Uppföljningarna: för vilken period, vid vilket möte och av vem.",
        _all(FollowUp),
        lambda scope: FollowUp.objects.public().filter(pledge=scope.pledge.pk),
        secret=(*_INNER_WORK, "opened_at", "in_review_at"),
        history=_of_the_pledge,
    ),
    Part(
        Assessment,
        "bedomningar",
        "Bedömningen av varje åtagande.",
        _all(Assessment, "follow_up__pledge"),
        _published(Assessment),
        secret=_INNER_WORK,
        history=_of_the_pledge,
    ),
    Part(
        Approval,
        "godkannanden",
        "Att en part har godkänt en uppföljning.",
        _all(Approval, "follow_up__pledge"),
        _published(Approval),
        history=_of_the_pledge,
    ),
    Part(
        FollowUpCorrection,
        "rattelser-av-uppfoljningar",
        "Daterade rättelser som står bredvid en publicerad uppföljning.",
        _all(FollowUpCorrection, "follow_up__pledge"),
        _published(FollowUpCorrection),
        history=_of_the_pledge,
    ),
    Part(
        FollowUpDocument,
        "uppfoljningsdokument",
        "Publicerade uppföljningar som dokument (PDF).",
        _all(FollowUpDocument, "follow_up__pledge"),
        shown_files(_published(FollowUpDocument)),
        document=_follow_up_document_name,
        history=_of_the_pledge,
    ),
    Part(
        PeriodClosing,
        "avslutade-redovisningar",
        "Att en ansvarig har sagt att allt som gjordes under en period är redovisat, och om det "
        "ångrades.",
        _all(PeriodClosing, "commitment__pledge"),
        lambda scope: PeriodClosing.objects.in_force().filter(commitment__pledge=scope.pledge.pk),
        history=_of_the_pledge,
    ),
    Part(
        SurveyRound,
        "drogvaneundersokningar",
        "Omgångar av drogvaneundersökningen. Summorna är kommunens egna.",
        _rounds,
        history=_round_events,
    ),
    Part(
        SurveyGroup,
        "undersokningsgrupper",
        "Hur många av en grupp som svarade.",
        _of_rounds(SurveyGroup, "round"),
        history=_round_events,
    ),
    Part(
        SurveyCount,
        "undersokningssvar",
        "Hur många av en grupp som svarade ja på en fråga.",
        _of_rounds(SurveyCount, "group__round"),
        history=_round_events,
    ),
    Part(
        SurveyPublication,
        "publiceringar-av-undersokningar",
        "Att en omgång publicerades: av vilka summor, vad som sades, och varför igen.",
        _of_rounds(SurveyPublication, "round"),
        history=_round_events,
    ),
    Part(
        PublishedRound,
        "offentliga-undersokningar",
        "Det som allmänheten får veta om en omgång.",
        _all(PublishedRound, "commitment__pledge"),
        lambda scope: PublishedRound.objects.public().filter(commitment__pledge=scope.pledge.pk),
        secret=("round",),
    ),
    Part(
        PublishedShare,
        "offentliga-andelar",
        "Publicerade andelar i hela procent; null när andelen inte får visas.",
        _all(PublishedShare, "round__commitment__pledge"),
        lambda scope: PublishedShare.objects.filter(
            round__in=PublishedRound.objects.public().filter(commitment__pledge=scope.pledge.pk)
        ),
        order=("round__grade", "round__school_year", "measure", "group"),
    ),
    Part(
        IndicatorLink,
        "kopplingar-till-indikatorer",
        "Vilka indikatorer som säger något om en inriktnings problem. Siffrorna själva är "
        "officiell statistik och finns hos källan.",
        _all(IndicatorLink, "focus_area__pledge"),
        lambda scope: IndicatorLink.objects.public().filter(focus_area__pledge=scope.pledge.pk),
        history=_of_the_pledge,
    ),
)

LEFT_OUT = {
    ArchivePackage: "Arkivpaketen själva.",
    ArchivePackagePiece: "Arkivpaketen själva.",
    Erasure: "Platsens egna beslut, som inte hör till ett löfte; märket står i texterna.",
    ReturnedDocument: "Filer som väntar på ett ja; underskriften själv finns i dokumentet.",
    Reminder: "Att ett påminnelsebrev är skickat hör till driften.",
    PoliceAreaCoverage: "Vilka kommuner ett lokalpolisområde har står vid lokalpolisområdet.",
    Area: "Statistikens områden är kommunerna och lokalpolisområdena själva.",
    Observation: "Officiell statistik, som källan bevarar; kopplingarna säger vilken.",
    EarlierFigure: "Officiell statistik, som källan bevarar.",
    StatisticsImport: "Hör till statistiken och inte till ett löfte.",
    IndicatorAlias: "Hör till statistiken och inte till ett löfte.",
    HeldStatisticsFile: "Hör till statistiken och finns högst ett dygn.",
    PledgeSheet: "Görs av det som är offentligt om löftet, och görs om när det ändras.",
    LinkPicture: "Görs av det som är offentligt, och görs om när det ändras.",
    OpenDataFile: "Görs av det som är offentligt, och görs om när det ändras.",
    OpenDataFilePiece: "Görs av det som är offentligt, och görs om när det ändras.",
    StatisticsDocument: "Görs av statistiken, och görs om när den ändras.",
}

register(parts=PARTS, shared=SHARED, left_out=LEFT_OUT)
