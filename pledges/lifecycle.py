"""What state a pledge is in on a day, and which changes are allowed.

    draft -> consultation -> adopted (text locked) -> partly signed -> signed
        -> in force -> held over -> replaced | ended | annulled

A draft may be dropped and taken up again, and an adopted or partly signed pledge called back
(`decisions.calling_back`). Everything after adoption is derived from signatures, dates and
successors; nothing stores "current". The rules:

- A pledge is in force from its `valid_from` once every signatory has signed.
- After `valid_to` it is held over ("gäller tills vidare") when its own wording says that it holds
  until a new pledge is given; otherwise it has ended.
- A successor's `valid_from` ends it at once, in the municipality that has the successor. A pledge
  for a part of a municipality is succeeded by one for the same part alone, and one for all of it
  by one for all of it: the others stand beside them.
- An annulled pledge ends on the day given, and stays readable. One that is annulled before it began
  takes over from nobody: what it was to replace goes on.

The days in force are written as `ValidityPeriod` rows, one for each municipality or part of one,
so that the database itself makes two pledges in force at once impossible.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection, models, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from pledge_portal.database.acting import on_behalf_of
from pledge_portal.pages.refusals import Refused
from pledge_portal.pages.text import day as day_in_words
from pledges.adoptable import check_adoptable
from pledges.models import (
    Annulment,
    Consultation,
    Municipality,
    MunicipalityPart,
    Pledge,
    PledgeDocument,
    Signature,
    ValidityPeriod,
)
from pledges.models.pledge import PledgeQuerySet
from pledges.models.validity import ONE_IN_FORCE


class State(models.TextChoices):
    """The states of a pledge, in the order that it passes through them."""

    DRAFT = "draft", pgettext_lazy("löftets läge", "Utkast")
    CONSULTATION = "consultation", pgettext_lazy("löftets läge", "På samråd")
    DROPPED = "dropped", pgettext_lazy("löftets läge", "Nedlagt")
    ADOPTED = "adopted", pgettext_lazy("löftets läge", "Antaget")
    PARTLY_SIGNED = "partly_signed", pgettext_lazy("löftets läge", "Delvis undertecknat")
    SIGNED = "signed", pgettext_lazy("löftets läge", "Undertecknat, gäller inte ännu")
    IN_FORCE = "in_force", pgettext_lazy("löftets läge", "Gäller")
    HELD_OVER = "held_over", pgettext_lazy("löftets läge", "Gäller tills vidare")
    REPLACED = "replaced", pgettext_lazy("löftets läge", "Ersatt")
    ENDED = "ended", pgettext_lazy("löftets läge", "Har upphört")
    ANNULLED = "annulled", pgettext_lazy("löftets läge", "Upphävt")


@dataclass(frozen=True)
class Standing:
    """How a pledge stands on a day.

    `planned_end` is the last day by its text, or by what has prolonged it until then;
    `original_end` is that of the text. `last_day` is the last day in force when it has ended or is
    known to end, else None; `is_revised` says that its text was given anew from the day after.
    """

    state: State
    on: date
    valid_from: date
    planned_end: date
    original_end: date
    last_day: date | None
    is_revised: bool = False

    @property
    def is_in_force(self) -> bool:
        """Whether the pledge binds its parties on the day."""
        return self.state in {State.IN_FORCE, State.HELD_OVER}

    @property
    def is_over(self) -> bool:
        """Whether it no longer holds."""
        return self.state in {State.REPLACED, State.ENDED, State.ANNULLED}

    @property
    def was_in_force(self) -> bool:
        """Whether it has been in force a day, and no longer is."""
        return self.is_over and self.last_day is not None and self.last_day >= self.valid_from

    @property
    def was_never_in_force(self) -> bool:
        """Whether it was annulled or replaced without a day in force."""
        return self.last_day is not None and self.last_day < self.valid_from

    @property
    def is_held_over(self) -> bool:
        """Whether it holds past its planned end, until a new one is given."""
        return self.state == State.HELD_OVER

    @property
    def counted_until(self) -> date:
        """The last day that targets are counted to, seen from the day.

        They go on when the pledge is held over. Before the planned end it is the planned end
        itself.
        """
        if self.is_held_over:
            return self.on
        if self.last_day is not None:
            return self.last_day
        return self.planned_end


def standing(pledge: Pledge, on: date, municipality: Municipality | None = None) -> Standing:
    """Return how `pledge` stands on the day `on`.

    In one municipality or (None) taken together: then it is in force as long as it is so in any of
    its municipalities. Asks the database nothing when the pledge was fetched by `with_standing()`,
    but for a draft that was put on consultation.
    """
    periods = [
        period
        for period in pledge.validity_periods.all()
        if municipality is None or period.municipality_id == municipality.pk
    ]
    if periods:
        state, last_day = _in_or_after_force(pledge, periods, on)
    else:
        state, last_day = _before_force(pledge, on), None
    planned_end = _planned_end(pledge, on)
    is_revised = any(period.is_revised for period in periods)
    return Standing(
        state, on, pledge.valid_from, planned_end, pledge.valid_to, last_day, is_revised
    )


def _planned_end(pledge: Pledge, on: date) -> date:
    """Return the last day that was planned on a day."""
    decided = [
        prolongation.valid_to
        for prolongation in pledge.prolongations.all()
        if prolongation.decided_on is not None and prolongation.decided_on <= on
    ]
    return max([pledge.valid_to, *decided])


def is_on_consultation(pledge: Pledge, on: date) -> bool:
    """Return whether residents can comment on a draft on a day; one query."""
    return Consultation.objects.open(on).filter(pledge=pledge).exists()


def _before_force(pledge: Pledge, on: date) -> State:
    if pledge.adopted_at is None:
        # Nobody is at the keyboard when a consultation's last day is over.
        if pledge.stage == State.CONSULTATION and not is_on_consultation(pledge, on):
            return State.DRAFT
        return State(pledge.stage)
    signed = sum(hasattr(signatory, "signature") for signatory in pledge.signatories.all())
    return State.PARTLY_SIGNED if signed else State.ADOPTED


def _in_or_after_force(
    pledge: Pledge, periods: list[ValidityPeriod], on: date
) -> tuple[State, date | None]:
    annulment = getattr(pledge, "annulment", None)
    open_ended = any(not p.during.isempty and p.during.upper is None for p in periods)
    ends = [p.during.upper for p in periods if not p.during.isempty and p.during.upper]
    # A range's upper bound is the first day that is no longer in it.
    last_day = None if open_ended or not ends else max(ends) - timedelta(days=1)
    never_begins = annulment is not None and all(period.during.isempty for period in periods)
    if annulment is not None and (never_begins or on >= annulment.from_day):
        return State.ANNULLED, annulment.from_day - timedelta(days=1)
    if on < pledge.valid_from:
        return State.SIGNED, last_day
    if last_day is None or on <= last_day:
        is_planned = on <= _planned_end(pledge, on) or not pledge.until_replaced
        return (State.IN_FORCE if is_planned else State.HELD_OVER), last_day
    planned = pledge.full_end if not pledge.until_replaced else None
    return (State.ENDED if last_day == planned else State.REPLACED), last_day


def successor(pledge: Pledge, municipality: Municipality) -> Pledge | None:
    """Return the public pledge that took over, or will, in a municipality.

    The next to enter into force for a part that the pledge holds for, or None; two queries.
    """
    others = _for_the_same_part(pledge, municipality).filter(valid_from__gt=pledge.valid_from)
    return others.order_by("valid_from").first()


def predecessor(pledge: Pledge, municipality: Municipality) -> Pledge | None:
    """Return the public pledge that came before in the municipality, or None.

    It held for a part that the pledge holds for. Two queries.
    """
    others = _for_the_same_part(pledge, municipality).filter(valid_from__lt=pledge.valid_from)
    return others.first()


def _for_the_same_part(pledge: Pledge, municipality: Municipality) -> PledgeQuerySet:
    """Return the public pledges for a part that a signed one holds for.

    Or for all of the municipality, as it does.
    """
    parts = _parts_in(pledge, municipality)
    # One that never was in force takes over from nobody.
    periods = ValidityPeriod.objects.filter(
        Q(part__in=parts - {None}) | (Q(part=None) if None in parts else Q(pk__in=[])),
        pledge=OuterRef("pk"),
        municipality=municipality,
        during__isempty=False,
    )
    return Pledge.objects.public().for_municipality(municipality).filter(Exists(periods))


def _parts_in(pledge: Pledge, municipality: Municipality) -> set[int | None]:
    return {
        period.part_id
        for period in pledge.validity_periods.all()
        if period.municipality_id == municipality.pk
    }


def share_a_part(pledge: Pledge, other: Pledge, municipality: Municipality) -> bool:
    """Return whether two signed pledges hold for the same part.

    Or both for all of it. Asks the database nothing when their periods are fetched.
    """
    return bool(_parts_in(pledge, municipality) & _parts_in(other, municipality))


def taken_over_by(standing: Standing, others: Iterable[Pledge]) -> Pledge | None:
    """Return which of `others` takes over from a pledge after its last day.

    They are the public pledges for the same part of the same municipality, with their periods; None
    when none does. Asks the database nothing.
    """
    if standing.last_day is None or standing.state == State.ANNULLED:
        return None
    first_day = standing.last_day + timedelta(days=1)
    return next(
        (
            other
            for other in others
            if other.valid_from == first_day
            and any(not period.during.isempty for period in other.validity_periods.all())
        ),
        None,
    )


def earlier_for_the_same_part(
    pledge: Pledge, earlier: Iterable[Pledge], municipality: Municipality
) -> Pledge | None:
    """Return the first of the `earlier` pledges that held for the same part.

    They are given the latest first. Asks the database nothing.
    """
    return next((other for other in earlier if share_a_part(pledge, other, municipality)), None)


@transaction.atomic
def adopt(pledge: Pledge, at: datetime, document: bytes) -> PledgeDocument:
    """Lock the text and keep `document`, a PDF ready for signing.

    Raises Refused when the pledge is adopted already, when residents are being asked about it, or
    when it lacks what a signed pledge must have: a party, a commitment and a signatory for every
    party.
    """
    pledge = Pledge.objects.select_for_update().get(pk=pledge.pk)
    check_adoptable(pledge)
    if is_on_consultation(pledge, timezone.localtime(at).date()):
        raise Refused(_("Ett samråd om löftet pågår. Avsluta det först."))
    pledge.adopted_at = at
    pledge.save(update_fields=["adopted_at"])
    return PledgeDocument.store(pledge, 0, document, created_at=at)


@transaction.atomic
def take_back_adoption(pledge: Pledge) -> None:
    """Open the text of an adopted pledge again.

    Raises Refused once anyone has signed, and while a scan of a signature waits to count.
    """
    pledge = Pledge.objects.select_for_update().get(pk=pledge.pk)
    if Signature.objects.filter(pledge=pledge).exists():
        raise Refused(_("Löftet är undertecknat och kan inte öppnas igen."))
    if pledge.paper_scans.exists():
        raise Refused(_("En skanning av en underskrift är lämnad. Ta tillbaka den först."))
    PledgeDocument.objects.filter(pledge=pledge).delete()
    pledge.adopted_at = None
    pledge.save(update_fields=["adopted_at"])


@transaction.atomic
def put_in_force(pledge: Pledge) -> None:
    """Write the days in force of a pledge that all have signed.

    Its predecessors for the same parts are cut short; a pledge entered late is cut by the one that
    is already there after it. Raises Refused when another pledge begins on the same day for one of
    its municipalities, or the same part of one.
    """
    municipalities = [party.municipality for party in pledge.parties.select_related("municipality")]
    keys: list[tuple[Municipality, MunicipalityPart | None]] = [
        (municipality, part)
        for municipality in municipalities
        for part in (*pledge.parts_in(municipality),) or (None,)
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"SET CONSTRAINTS {ONE_IN_FORCE} DEFERRED")
    for municipality, part in keys:
        others = ValidityPeriod.objects.select_for_update().filter(
            municipality=municipality, part=part, during__isempty=False
        )
        if others.filter(during__startswith=pledge.valid_from).exists():
            raise Refused(
                _("Ett annat löfte börjar gälla samma dag i %(municipality)s.")
                % {"municipality": part or municipality.official_name}
            )
        ValidityPeriod.objects.create(
            pledge=pledge,
            municipality=municipality,
            part=part,
            during=DateRange(pledge.valid_from, _end_before(pledge, others)),
        )
        for before in others.filter(during__contains=pledge.valid_from).exclude(pledge=pledge):
            before.during = DateRange(before.during.lower, pledge.valid_from)
            before.is_revised = before.pledge_id == pledge.revises_id
            before.save(update_fields=["during", "is_revised"])
    with connection.cursor() as cursor:
        cursor.execute(f"SET CONSTRAINTS {ONE_IN_FORCE} IMMEDIATE")


def _end_before(pledge: Pledge, others: models.QuerySet[ValidityPeriod]) -> date | None:
    """Return the first day on which a pledge holds no more, None if unknown.

    By its own time, and by the `others` for the same part that begin after it.
    """
    ends = [] if pledge.until_replaced else [pledge.full_end + timedelta(days=1)]
    after = others.filter(during__startswith__gt=pledge.valid_from)
    ends += [period.during.lower for period in after]
    return min(ends, default=None)


def _let_go_on(never_begun: ValidityPeriod) -> None:
    """Let the pledge that another was to replace go on: it never was.

    `never_begun` is the other's period, which is empty.
    """
    others = ValidityPeriod.objects.select_for_update(of=("self",)).filter(
        municipality=never_begun.municipality_id, part=never_begun.part_id, during__isempty=False
    )
    before = others.filter(during__endswith=never_begun.pledge.valid_from)
    for period in before.select_related("pledge__annulment"):
        ends = [_end_before(period.pledge, others)]
        if hasattr(period.pledge, "annulment"):
            ends.append(period.pledge.annulment.from_day)
        period.during = DateRange(period.during.lower, min(filter(None, ends), default=None))
        period.is_revised = False
        period.save(update_fields=["during", "is_revised"])


@transaction.atomic
def annul(pledge: Pledge, from_day: date, reason: str, *, on: date) -> Annulment:
    """Annul a signed pledge from `from_day` on.

    The `reason` is shown to everyone. Raises Refused when it isn't signed by all, is annulled
    already or ended before, or when it held by the day `on` and is to end before it began.
    """
    pledge = Pledge.objects.select_for_update().get(pk=pledge.pk)
    periods = list(pledge.validity_periods.select_for_update())
    if not periods:
        raise Refused(_("Bara ett löfte som alla har undertecknat kan upphävas."))
    if hasattr(pledge, "annulment"):
        raise Refused(_("Löftet är redan upphävt."))
    if not reason.strip():
        raise Refused({"reason": _("Skriv varför löftet upphävs.")})
    if from_day < pledge.valid_from <= on:
        began = {"day": day_in_words(pledge.valid_from)}
        raise Refused({"from_day": _("Löftet började gälla först den %(day)s.") % began})
    if all(p.during.upper is not None and p.during.upper <= from_day for p in periods):
        raise Refused({"from_day": _("Löftet hade redan upphört den dagen.")})
    annulment = Annulment.objects.create(pledge=pledge, from_day=from_day, reason=reason.strip())
    for period in periods:
        if period.during.upper is None or period.during.upper > from_day:
            lower = period.during.lower
            period.during = (
                DateRange(lower, from_day) if from_day > lower else DateRange(empty=True)
            )
            with on_behalf_of(reason=annulment.reason):
                period.save(update_fields=["during"])
                if period.during.isempty:
                    _let_go_on(period)
    return annulment
