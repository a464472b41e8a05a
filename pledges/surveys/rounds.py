"""Entering a round of a drug-habit survey: checked, and stored all at once or not at all.

Only sums of answers are stored, never a pupil's. They are for those who make the survey; what the
public is told of them is for `publishing`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pledge_portal.accounts.models import User
from pledge_portal.pages.refusals import ChangedMeanwhile, Refused
from pledges.models import Commitment, Municipality, SurveyCount, SurveyGroup, SurveyRound
from pledges.models.survey import MOST_PUPILS, Grade
from pledges.surveys import sums as sums_of_answers
from pledges.surveys.sums import Group, Measure, Sums
from pledges.targets import school_year_label, school_year_of

FIRST_SCHOOL_YEAR = 1990
# What a round that has been published is known by: other pupils could otherwise take its place,
# and its own pupils be told of a second time, as if they were others.
FIXED = ("municipality", "school_year", "grade")


class QuestionsLeft(Refused):
    """Numbers that are likely wrong; `questions` have to be said yes to."""

    def __init__(self, questions: list[str]) -> None:
        self.questions = questions
        super().__init__({"": " ".join(questions)})


@dataclass(frozen=True)
class Entry:
    """What a person says of a round. `school_year` is the year in which it began."""

    commitment: Commitment
    municipality: Municipality
    school_year: int
    grade: str
    invited: int
    sums: Sums
    method: str = SurveyRound.Method.WEB_AT_SCHOOL
    instrument: str = ""
    note: str = ""

    def stored(self) -> dict[str, Any]:
        """Return the columns of the round itself."""
        return {
            "commitment": self.commitment,
            "municipality": self.municipality,
            "school_year": self.school_year,
            "grade": self.grade,
            "method": self.method,
            "instrument": self.instrument.strip(),
            "invited": self.invited,
            "note": self.note.strip(),
        }


def targets(municipalities: Collection[int] | None) -> Iterator[tuple[Commitment, Municipality]]:
    """Yield what a round can belong to: the commitments about surveys in signed pledges, each with
    every municipality that is party to it, the latest pledge first.

    `municipalities` are the keys of those that count, None all of them.
    """
    found = (
        Commitment.objects.public()
        .filter(kind=Commitment.Kind.DRUG_HABIT_SURVEY)
        .select_related("pledge")
        .prefetch_related("pledge__parties__municipality")
        .order_by("-pledge__valid_from", "pk")
    )
    if municipalities is not None:
        found = found.filter(pledge__parties__municipality__in=municipalities).distinct()
    for commitment in found:
        for party in commitment.pledge.parties.all():
            if municipalities is None or party.municipality_id in municipalities:
                yield commitment, party.municipality


def sums_of(found: SurveyRound) -> Sums:
    """Return the stored sums of a round; asks nothing of one fetched by `with_sums()`."""
    groups = list(found.groups.all())
    yes: dict[Measure, dict[Group, int]] = {}
    for group in groups:
        for count in group.counts.all():
            yes.setdefault(Measure(count.measure), {})[Group(group.group)] = count.yes
    return Sums(
        {Group(group.group): group.answered for group in groups},
        {measure: yes[measure] for measure in Measure if measure in yes},
    )


def faults(entry: Entry, today: date) -> dict[str, str]:
    """Return a sentence for each thing that can't be so, by field."""
    found: dict[str, str] = {}
    if not may_hold(entry.commitment, entry.municipality):
        found["target"] = _(
            "Välj ett åtagande om drogvaneundersökning i ett löfte som kommunen har undertecknat."
        )
    return found | faults_of_round(entry, today)


def may_hold(commitment: Commitment, municipality: Municipality) -> bool:
    """Whether a commitment is about surveys, in a signed pledge that the municipality is in."""
    holds = Commitment.objects.public().filter(
        pk=commitment.pk,
        kind=Commitment.Kind.DRUG_HABIT_SURVEY,
        pledge__parties__municipality=municipality,
    )
    return holds.exists()


def faults_of_round(entry: Entry, today: date) -> dict[str, str]:
    """Return what `faults` does but for the commitment; asks the database nothing."""
    found: dict[str, str] = {}
    running = school_year_of(today)
    if entry.school_year > running:
        found["school_year"] = _("Läsåret har inte börjat än.")
    elif entry.school_year < FIRST_SCHOOL_YEAR:
        found["school_year"] = _("Läsåret ska vara %(first)s eller senare.") % {
            "first": school_year_label(FIRST_SCHOOL_YEAR)
        }
    if entry.grade not in Grade.values:
        found["grade"] = _("Välj en årskurs.")
    if not 1 <= entry.invited <= MOST_PUPILS:
        found["invited"] = _("Antalet elever ska vara från 1 till %(most)s.") % {
            "most": MOST_PUPILS
        }
    for name, sentence in sums_of_answers.faults(entry.sums, entry.invited).items():
        found.setdefault(name, sentence)
    return found


@transaction.atomic
def save(
    entry: Entry,
    *,
    changes: SurveyRound | None = None,
    version: int = 1,
    is_sure: bool,
    by: User | None,
    at: datetime,
    is_demonstration: bool = False,
) -> SurveyRound:
    """Store a new round with its sums, or change the one that `changes` names.

    `version` is the one that the person read; `is_sure` says that the questions about the numbers
    are answered. Nothing happens when nothing differs. A published round's public part stays as it
    is. Raises ChangedMeanwhile, QuestionsLeft, and Refused for what `faults` finds.
    """
    found = faults(entry, timezone.localdate(at))
    stored = locked(changes, version) if changes is not None else None
    if stored is not None and stored.publications.exists():
        found |= _faults_of_fixed(stored, entry)
    same = SurveyRound.objects.filter(
        municipality=entry.municipality, school_year=entry.school_year, grade=entry.grade
    )
    if stored is not None:
        same = same.exclude(uid=stored.uid)
    if same.exists():
        found.setdefault("school_year", there_already(entry))
    if found:
        raise Refused(found)
    if not is_sure and (asked := sums_of_answers.questions(entry.sums, entry.invited)):
        raise QuestionsLeft(asked)
    if stored is None:
        stored = SurveyRound(created_by=by, is_demonstration=is_demonstration)
    elif _says(stored) == (entry.stored(), entry.sums.as_json()):
        return stored
    else:
        stored.version += 1
    for name, value in entry.stored().items():
        setattr(stored, name, value)
    try:
        with transaction.atomic():
            stored.save()
    except IntegrityError as fault:
        raise Refused({"school_year": there_already(entry)}) from fault
    _write_sums(stored, entry.sums)
    return stored


def locked(found: SurveyRound, version: int | None = None) -> SurveyRound:
    """Return a round as it is now, held until the transaction ends.

    Raises ChangedMeanwhile when it isn't of `version` any longer, or is gone.
    """
    stored = SurveyRound.objects.select_for_update(of=("self",)).filter(pk=found.pk).first()
    if stored is None:
        raise ChangedMeanwhile({"": _("Någon annan har kastat omgången.")})
    if version not in {None, stored.version}:
        raise ChangedMeanwhile({"": _("Någon annan har ändrat omgången. Läs den och försök igen.")})
    return stored


def _says(stored: SurveyRound) -> tuple[dict[str, Any], dict[str, Any]]:
    as_entry = Entry(
        **{name: getattr(stored, name) for name in Entry.__dataclass_fields__ if name != "sums"},
        sums=sums_of(stored),
    )
    return as_entry.stored(), as_entry.sums.as_json()


def _faults_of_fixed(stored: SurveyRound, entry: Entry) -> dict[str, str]:
    sentence = _(
        "Omgången har varit publicerad, så kommun, läsår och årskurs kan inte ändras. Gör en ny "
        "omgång, och ta tillbaka den här."
    )
    said = entry.stored()
    fields = {"municipality": "target"}
    return {
        fields.get(name, name): sentence for name in FIXED if getattr(stored, name) != said[name]
    }


def there_already(entry: Entry) -> str:
    """Return what is wrong with a round of pupils that have one already."""
    return _("Det finns redan en omgång för %(grade)s läsåret %(year)s. Ändra den i stället.") % {
        "grade": Grade(entry.grade).label,
        "year": school_year_label(entry.school_year),
    }


def _write_sums(stored: SurveyRound, sums: Sums) -> None:
    """Bring the stored sums to what is said; what stays as it is isn't written anew, so that the
    history tells of nothing but changes."""
    for gone in stored.groups.exclude(group__in=list(sums.answered)):
        gone.delete()
    for group, answered in sums.answered.items():
        row, _made = SurveyGroup.objects.get_or_create(
            round=stored, group=group, defaults={"answered": answered}
        )
        if row.answered != answered:
            row.answered = answered
            row.save(update_fields=["answered"])
        said = {measure: numbers[group] for measure, numbers in sums.yes.items()}
        there = {Measure(count.measure): count for count in row.counts.all()}
        for measure, count in there.items():
            if measure not in said:
                count.delete()
            elif count.yes != said[measure]:
                count.yes = said[measure]
                count.save(update_fields=["yes"])
        SurveyCount.objects.bulk_create(
            SurveyCount(group=row, measure=measure, yes=yes)
            for measure, yes in said.items()
            if measure not in there
        )


@transaction.atomic
def throw_away(found: SurveyRound, *, version: int) -> None:
    """Remove a round with its sums. Raises Refused for one that has ever been published, since
    what was told of it then limits for ever what may be told."""
    stored = locked(found, version)
    if stored.publications.exists():
        raise Refused(
            {"": _("Omgången har varit publicerad och kan inte kastas. Ta tillbaka den i stället.")}
        )
    stored.delete()
