"""Whose history is kept of what belongs to pledges, and who reads it.

Whoever may read a pledge reads its history; of a place, whoever works for its municipality or for a
police area that covers it. Nobody reads what was changed for another municipality.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from pledge_portal.accounts.permissions import (
    Action,
    Person,
    keys_of_own_places,
    of_own_places,
)
from pledge_portal.database.history import DELETED, Readers, history_of, keep_history
from pledges.models import (
    ActionCorrection,
    ActionImport,
    Annulment,
    Approval,
    ArchivePackage,
    Assessment,
    Commitment,
    CompletedAction,
    Consultation,
    Decline,
    Disclosure,
    FocusArea,
    FollowUp,
    FollowUpCorrection,
    FollowUpDocument,
    FollowUpPlan,
    FurtherPoliceArea,
    Indicator,
    IndicatorAlias,
    IndicatorLink,
    InternalNote,
    Municipality,
    MunicipalityPart,
    PaperScan,
    PeriodClosing,
    Picture,
    Place,
    Pledge,
    PledgeAnnex,
    PledgeDocument,
    PledgePart,
    PledgeParty,
    PledgeSignedElsewhere,
    PoliceArea,
    PoliceAreaCoverage,
    Prolongation,
    Recall,
    Remark,
    Section,
    Signatory,
    Signature,
    SigningWay,
    SurveyCount,
    SurveyGroup,
    SurveyPublication,
    SurveyRound,
    TargetChange,
    TextApproval,
    ValidityPeriod,
    VoidFile,
    VoidSignature,
)


def readers_of_the_pledge(user: Person) -> Q:
    """Return the filter for the events of the pledges that a person may read.

    Deleted ones too.
    """
    own = keys_of_own_places(user, Action.READ_HISTORY)
    if own is None:
        return Q()
    municipalities, areas = own
    of_places = Pledge.objects.filter(
        Q(parties__municipality__in=municipalities, parties__gives=True)
        | Q(police_area__in=areas)
        | Q(further_police_areas__police_area__in=areas)
    )
    keys = {
        *of_places.order_by().values_list("pk", flat=True),
        *_deleted_pledges(municipalities, areas),
    }
    return Q(pgh_belongs_to__in=keys)


def _deleted_pledges(municipalities: set[int], areas: set[int]) -> set[int]:
    """Return the keys of the deleted drafts of these places.

    A draft takes its parties with it in the transaction that deletes it; a municipality that was a
    party earlier, and no more, has no part in what became of it.
    """
    pledges, parties = history_of(Pledge), history_of(PledgeParty)
    assert pledges is not None  # noqa: S101  (registered below)
    assert parties is not None  # noqa: S101
    last_parties = parties.events.objects.filter(
        pgh_label=DELETED,
        pledge=OuterRef("pgh_obj"),
        pgh_transaction=OuterRef("pgh_transaction"),
        municipality__in=municipalities,
        gives=True,
    )
    deleted = pledges.events.objects.filter(
        Exists(last_parties) | Q(police_area__in=areas), pgh_label=DELETED
    )
    return set(deleted.values_list("pgh_belongs_to", flat=True))


def readers_of_own_side(user: Person) -> Q:
    """Return the filter for the events of what one side holds for itself.

    Such as its internal notes, since secrecy holds between authorities too (OSL 8:1).
    """
    return of_own_places(
        user, Action.READ_HISTORY, municipality="municipality", police_area="police_area"
    )


def readers_of_the_municipality(column: str) -> Readers:
    """Return the readers of events whose `column` holds a municipality's key.

    Those who work for it, or for a police area that covers it.
    """

    def readers(user: Person) -> Q:
        own = keys_of_own_places(user, Action.READ_HISTORY)
        if own is None:
            return Q()
        municipalities, areas = own
        covered = PoliceAreaCoverage.objects.filter(police_area__in=areas)
        keys = {*municipalities, *covered.values_list("municipality", flat=True)}
        return Q(**{f"{column}__in": keys})

    return readers


def readers_of_the_area(user: Person) -> Q:
    """Return the filter for the events of police areas.

    One's own, or one's municipality's.
    """
    own = keys_of_own_places(user, Action.READ_HISTORY)
    if own is None:
        return Q()
    municipalities, areas = own
    covering = PoliceAreaCoverage.objects.filter(municipality__in=municipalities)
    return Q(pgh_obj__in={*areas, *covering.values_list("police_area", flat=True)})


# Model, its name in addresses, the path to its pledge, and the fields that name a row.
for _model, _kind, _path, *_title in (
    (Pledge, "medborgarlofte", "pk", "title_sv"),
    (PledgeParty, "part", "pledge", "municipality"),
    (PledgePart, "del-av-kommun-i-lofte", "pledge", "part"),
    (FurtherPoliceArea, "lokalpolisomrade-till", "pledge", "police_area"),
    (Section, "avsnitt", "pledge", "heading_sv"),
    (FocusArea, "inriktning", "pledge", "name_sv"),
    (Commitment, "atagande", "pledge", "number", "text_sv"),
    (Signatory, "undertecknare", "pledge", "name", "title_sv"),
    (Signature, "underskrift", "pledge", "signatory"),
    (SigningWay, "satt-att-underteckna", "signatory__pledge", "signatory"),
    (ValidityPeriod, "giltighetstid", "pledge", "municipality", "part"),
    (TextApproval, "godkannande-av-text", "pledge", "municipality", "police_area"),
    (Annulment, "upphavande", "pledge", "from_day"),
    (Prolongation, "forlangning", "pledge", "valid_to"),
    (TargetChange, "andrat-mal", "commitment__pledge", "from_day", "commitment"),
    (PledgeSignedElsewhere, "intaget-lofte", "pledge", "vouched_for"),
    (Recall, "aterkallelse", "pledge", "pledge"),
    (VoidSignature, "ogiltig-underskrift", "recall__pledge", "name", "title"),
    (Disclosure, "offentlighet", "commitment__pledge", "commitment"),
    (FollowUpPlan, "uppfoljningsplan", "pledge", "pledge"),
    (FollowUp, "uppfoljning", "pledge", "meeting_on"),
    (Assessment, "bedomning", "follow_up__pledge", "commitment", "follow_up"),
    (Approval, "godkannande", "follow_up__pledge", "municipality", "police_area"),
    (PeriodClosing, "avslutad-redovisning", "commitment__pledge", "first_day", "commitment"),
    (FollowUpCorrection, "rattelse-av-uppfoljning", "follow_up__pledge", "text"),
    (CompletedAction, "insats", "commitment__pledge", "done_on", "commitment"),
    (IndicatorLink, "koppling-till-indikator", "focus_area__pledge", "indicator", "commitment"),
):
    keep_history(_model, _kind, title=_title, readers=readers_of_the_pledge, belongs_to=_path)

# The bytes stay where they are: they never change, and their fingerprint tells them apart. Those of
# a scan that was replaced or taken back are gone: it never counted, and may show what is nobody's
# business. That it was there, its fingerprint, who handed it in and why it went is what is kept.
keep_history(
    PledgeDocument,
    "dokument",
    title=["step"],
    readers=readers_of_the_pledge,
    belongs_to="pledge",
    without=["content"],
)
keep_history(
    FollowUpDocument,
    "uppfoljningsdokument",
    title=["follow_up"],
    readers=readers_of_the_pledge,
    belongs_to="follow_up__pledge",
    without=["content"],
)
keep_history(
    PledgeAnnex,
    "bilaga",
    title=["title"],
    readers=readers_of_the_pledge,
    belongs_to="pledge",
    without=["content"],
)
keep_history(
    PaperScan,
    "skannad-underskrift",
    title=["signatory"],
    readers=readers_of_the_pledge,
    belongs_to="pledge",
    without=["content", "letter_to"],
)
keep_history(
    VoidFile,
    "ogiltig-fil",
    title=["kind", "number"],
    readers=readers_of_the_pledge,
    belongs_to="recall__pledge",
    without=["content"],
)
# Why somebody would not sign is for those who arrange the signing; their page tells it.
keep_history(
    Decline,
    "avbojd-underskrift",
    title=["signatory"],
    readers=readers_of_the_pledge,
    belongs_to="signatory__pledge",
    without=["reason"],
)
# What colleagues say to each other of a draft is for those who write on it. What the draft said,
# its versions tell.
keep_history(
    Remark,
    "kollegas-kommentar",
    title=["part"],
    readers=readers_of_the_pledge,
    belongs_to="pledge",
    without=["quoted", "text"],
)
# What was shown never changes, and stands in the round itself.
keep_history(
    Consultation,
    "samrad",
    title=["number", "closes_on"],
    readers=readers_of_the_pledge,
    belongs_to="pledge",
    without=["contents"],
)
# How the action was before, its own history tells.
keep_history(
    ActionCorrection,
    "rattelse",
    title=["reason"],
    readers=readers_of_the_pledge,
    belongs_to="action__commitment__pledge",
    without=["before"],
)
# A file's texts are held for a day at most, and can be internal notes.
keep_history(
    ActionImport,
    "import",
    title=["file_name"],
    readers=readers_of_own_side,
    without=["content"],
)
# Who had what of a party's records made; not how far it had come from one second to the next.
keep_history(
    ArchivePackage,
    "arkivpaket",
    title=["file_name", "kind"],
    readers=readers_of_own_side,
    without=["done", "total"],
)
keep_history(InternalNote, "intern-anteckning", title=["action"], readers=readers_of_own_side)

of_its_municipality = readers_of_the_municipality("municipality")
keep_history(Place, "plats", title=["name"], readers=of_its_municipality)
keep_history(MunicipalityPart, "del-av-kommun", title=["name"], readers=of_its_municipality)
keep_history(
    PoliceAreaCoverage,
    "tackning",
    title=["police_area", "municipality"],
    readers=of_its_municipality,
)
keep_history(
    Municipality, "kommun", title=["official_name"], readers=readers_of_the_municipality("pgh_obj")
)
keep_history(PoliceArea, "lokalpolisomrade", title=["name"], readers=readers_of_the_area)


def readers_of_pictures(user: Person) -> Q:
    """Return the filter for the events of marks and of pledges' pictures.

    Of a mark whoever reads its party's own history.
    """
    own = keys_of_own_places(user, Action.READ_HISTORY)
    if own is None:
        return Q()
    covering = PoliceAreaCoverage.objects.filter(municipality__in=own[0])
    areas = {*own[1], *covering.values_list("police_area", flat=True)}
    return (
        of_its_municipality(user)
        | Q(police_area__in=areas)
        | Q(pledge__isnull=False) & readers_of_the_pledge(user)
    )


keep_history(
    Picture,
    "bild",
    title=["alternative_text_sv"],
    readers=readers_of_pictures,
    belongs_to="pledge",
)


def readers_of_surveys(user: Person) -> Q:
    """Return the filter for the events of the surveys a person works with.

    Their sums are held for the municipality alone, and for those in it who make the survey.
    """
    own = keys_of_own_places(user, Action.WRITE_SURVEYS)
    if own is None:
        return Q()
    rounds = SurveyRound.objects.filter(municipality__in=own[0]).order_by().values("pk")
    history = history_of(SurveyRound)
    assert history is not None  # noqa: S101  (registered below)
    thrown_away = history.events.objects.filter(pgh_label=DELETED, municipality__in=own[0])
    return Q(pgh_belongs_to__in=rounds) | Q(pgh_belongs_to__in=thrown_away.values("pgh_obj"))


for _survey, _kind, _path, _named in (
    (SurveyRound, "undersokning", "pk", ["grade", "school_year"]),
    (SurveyGroup, "svarande-grupp", "round", ["group"]),
    (SurveyCount, "antal-ja", "group__round", ["measure"]),
    (SurveyPublication, "publicering-av-undersokning", "round", ["number"]),
):
    keep_history(
        _survey,
        _kind,
        title=_named,
        readers=readers_of_surveys,
        belongs_to=_path,
        # What was told, and of what, is kept by the publication itself.
        without=["sums", "published_figures"] if _survey is SurveyPublication else [],
    )


def readers_of_statistics(user: Person) -> Q:
    """Return the filter for the events of statistics.

    They are public, so for all staff.
    """
    own = keys_of_own_places(user, Action.READ_HISTORY)
    return Q() if own is None or any(own) else Q(pk__in=[])


keep_history(Indicator, "indikator", title=["name_sv"], readers=readers_of_statistics)
keep_history(IndicatorAlias, "namn-pa-indikator", title=["name"], readers=readers_of_statistics)
