"""Enter a round of a drug-habit survey.

It is checked, and stored as a whole or not at all. Only sums of answers are stored, never a
pupil's. They are for those who make the survey; what the public may read of them is for
`publishing`.
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
from pledges.models.pledge import prefetched_places
from pledges.models.survey import MAX_PUPILS, Grade
from pledges.surveys import sums as sums_of_answers
from pledges.surveys.sums import Group, Measure, Sums
from pledges.targets import school_year_label, school_year_of

FIRST_SCHOOL_YEAR = 1990
# What a round that has been published is known by: other pupils could otherwise take its place,
# and its own pupils be told of a second time, as if they were others.
FIXED = ("municipality", "school_year", "grade")


class QuestionsLeft(Refused):
    """Numbers that are likely wrong; `questions` have to be confirmed."""

    def __init__(self, questions: list[str]) -> None:
        self.questions = questions
        super().__init__({"": " ".join(questions)})


@dataclass(frozen=True)
class RoundEntry:
    """A round as a person enters it.

    `school_year` is the year in which it began.
    """

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
    """Yield what a round can belong to.

    The commitments about surveys in signed pledges, each with every municipality that is party to
    it, the latest pledge first. `municipalities` are the keys of those that count, None all of
    them.
    """
    commitments = (
        Commitment.objects.public()
        .filter(kind=Commitment.Kind.DRUG_HABIT_SURVEY)
        .select_related("pledge")
        .prefetch_related(*prefetched_places("pledge__"))
        .order_by("-pledge__valid_from", "pk")
    )
    if municipalities is not None:
        commitments = commitments.filter(
            pledge__parties__municipality__in=municipalities
        ).distinct()
    for commitment in commitments:
        for party in commitment.pledge.parties.all():
            if municipalities is None or party.municipality_id in municipalities:
                yield commitment, party.municipality


def sums_of(survey_round: SurveyRound) -> Sums:
    """Return the stored sums of a round.

    No query for a round fetched by `with_sums()`.
    """
    groups = list(survey_round.groups.all())
    yes: dict[Measure, dict[Group, int]] = {}
    for group in groups:
        for count in group.counts.all():
            yes.setdefault(Measure(count.measure), {})[Group(group.group)] = count.yes
    return Sums(
        {Group(group.group): group.answered for group in groups},
        {measure: yes[measure] for measure in Measure if measure in yes},
    )


def faults(entry: RoundEntry, today: date) -> dict[str, str]:
    """Return a sentence for each thing that can't be so, by field."""
    sentences: dict[str, str] = {}
    if not accepts_surveys(entry.commitment, entry.municipality):
        sentences["target"] = _(
            "Välj ett åtagande om drogvaneundersökning i ett löfte som kommunen har undertecknat."
        )
    return sentences | faults_of_round(entry, today)


def accepts_surveys(commitment: Commitment, municipality: Municipality) -> bool:
    """Return whether a commitment can have a municipality's surveys.

    It is about surveys, in a signed pledge that the municipality is party to.
    """
    holds = Commitment.objects.public().filter(
        pk=commitment.pk,
        kind=Commitment.Kind.DRUG_HABIT_SURVEY,
        pledge__parties__municipality=municipality,
    )
    return holds.exists()


def faults_of_round(entry: RoundEntry, today: date) -> dict[str, str]:
    """Return the faults of a round itself, without those of its commitment.

    No query.
    """
    sentences: dict[str, str] = {}
    running = school_year_of(today)
    if entry.school_year > running:
        sentences["school_year"] = _("Läsåret har inte börjat än.")
    elif entry.school_year < FIRST_SCHOOL_YEAR:
        sentences["school_year"] = _("Läsåret ska vara %(first)s eller senare.") % {
            "first": school_year_label(FIRST_SCHOOL_YEAR)
        }
    if entry.grade not in Grade.values:
        sentences["grade"] = _("Välj en årskurs.")
    if not 1 <= entry.invited <= MAX_PUPILS:
        sentences["invited"] = _("Antalet elever ska vara från 1 till %(most)s.") % {
            "most": MAX_PUPILS
        }
    for name, sentence in sums_of_answers.faults(entry.sums, entry.invited).items():
        sentences.setdefault(name, sentence)
    return sentences


@transaction.atomic
def save(
    entry: RoundEntry,
    *,
    changes: SurveyRound | None = None,
    version: int = 1,
    is_sure: bool,
    by: User | None,
    at: datetime,
    is_demonstration: bool = False,
) -> SurveyRound:
    """Store a new round with its sums, or change the one in `changes`.

    `version` is the one that the person read; `is_sure` says that the questions about the numbers
    are answered. Nothing happens when nothing differs. A published round's public part stays as it
    is. Raises ChangedMeanwhile, QuestionsLeft, and Refused for what `faults` returns.
    """
    sentences = faults(entry, timezone.localdate(at))
    stored = locked(changes, version) if changes is not None else None
    if stored is not None and stored.publications.exists():
        sentences |= _faults_of_fixed(stored, entry)
    others = SurveyRound.objects.filter(
        municipality=entry.municipality, school_year=entry.school_year, grade=entry.grade
    )
    if stored is not None:
        others = others.exclude(uid=stored.uid)
    if others.exists():
        sentences.setdefault("school_year", duplicate_sentence(entry))
    if sentences:
        raise Refused(sentences)
    if not is_sure and (questions := sums_of_answers.questions(entry.sums, entry.invited)):
        raise QuestionsLeft(questions)
    if stored is None:
        stored = SurveyRound(created_by=by, is_demonstration=is_demonstration)
    elif _content(stored) == (entry.stored(), entry.sums.as_json()):
        return stored
    else:
        stored.version += 1
    for name, value in entry.stored().items():
        setattr(stored, name, value)
    try:
        with transaction.atomic():
            stored.save()
    except IntegrityError as error:
        raise Refused({"school_year": duplicate_sentence(entry)}) from error
    _write_sums(stored, entry.sums)
    return stored


def locked(survey_round: SurveyRound, version: int | None = None) -> SurveyRound:
    """Return a round as it is now, locked until the transaction ends.

    Raises ChangedMeanwhile when its version is another than `version`, or it is deleted.
    """
    stored = SurveyRound.objects.select_for_update(of=("self",)).filter(pk=survey_round.pk).first()
    if stored is None:
        raise ChangedMeanwhile({"": _("Någon annan har kastat omgången.")})
    if version not in {None, stored.version}:
        raise ChangedMeanwhile({"": _("Någon annan har ändrat omgången. Läs den och försök igen.")})
    return stored


def _content(stored: SurveyRound) -> tuple[dict[str, Any], dict[str, Any]]:
    as_entry = RoundEntry(
        **{
            name: getattr(stored, name)
            for name in RoundEntry.__dataclass_fields__
            if name != "sums"
        },
        sums=sums_of(stored),
    )
    return as_entry.stored(), as_entry.sums.as_json()


def _faults_of_fixed(stored: SurveyRound, entry: RoundEntry) -> dict[str, str]:
    sentence = _(
        "Omgången har varit publicerad, så kommun, läsår och årskurs kan inte ändras. Gör en ny "
        "omgång, och ta tillbaka den här."
    )
    columns = entry.stored()
    fields = {"municipality": "target"}
    return {
        fields.get(name, name): sentence for name in FIXED if getattr(stored, name) != columns[name]
    }


def duplicate_sentence(entry: RoundEntry) -> str:
    """Return the sentence about pupils who have a round already."""
    return _("Det finns redan en omgång för %(grade)s läsåret %(year)s. Ändra den i stället.") % {
        "grade": Grade(entry.grade).label,
        "year": school_year_label(entry.school_year),
    }


def _write_sums(stored: SurveyRound, sums: Sums) -> None:
    """Bring the stored sums to the entered ones.

    What stays as it is isn't written again, so that the history shows nothing but changes.
    """
    for removed in stored.groups.exclude(group__in=list(sums.answered)):
        removed.delete()
    for group, answered in sums.answered.items():
        stored_group, _made = SurveyGroup.objects.get_or_create(
            round=stored, group=group, defaults={"answered": answered}
        )
        if stored_group.answered != answered:
            stored_group.answered = answered
            stored_group.save(update_fields=["answered"])
        yes_by_measure = {measure: numbers[group] for measure, numbers in sums.yes.items()}
        stored_counts = {Measure(count.measure): count for count in stored_group.counts.all()}
        for measure, count in stored_counts.items():
            if measure not in yes_by_measure:
                count.delete()
            elif count.yes != yes_by_measure[measure]:
                count.yes = yes_by_measure[measure]
                count.save(update_fields=["yes"])
        SurveyCount.objects.bulk_create(
            SurveyCount(group=stored_group, measure=measure, yes=yes)
            for measure, yes in yes_by_measure.items()
            if measure not in stored_counts
        )


@transaction.atomic
def delete(survey_round: SurveyRound, *, version: int) -> None:
    """Delete a round with its sums.

    Raises Refused for one that has ever been published, since what was published limits for ever
    what may be, and ChangedMeanwhile.
    """
    stored = locked(survey_round, version)
    if stored.publications.exists():
        raise Refused(published_sentence())
    stored.delete()


def published_sentence() -> str:
    """Return the sentence about a published round that is to be deleted."""
    return _("Omgången har varit publicerad och kan inte kastas. Ta tillbaka den i stället.")
