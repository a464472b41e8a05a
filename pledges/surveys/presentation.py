"""Present a round of a drug-habit survey, to everyone and to its makers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from pledges.models import PublishedRound, PublishedShare, SurveyRound
from pledges.models.survey import Grade
from pledges.surveys.answer_chains import Group as DisclosedGroup
from pledges.surveys.corrections import RevealingChange
from pledges.surveys.disclosure_rule import HiddenReason, Published
from pledges.surveys.earlier import rule
from pledges.surveys.reading import GROUPS
from pledges.surveys.sums import ANSWERED, Group, Measure, Sums, row_label
from pledges.targets import school_year_label

Reasons = Mapping[tuple[str, str], str]


@dataclass(frozen=True)
class ShareView:
    """A share in a table.

    `percent` is None when it isn't shown; `reason`, for staff alone, says why.
    """

    percent: int | None
    reason: str = ""
    was_asked: bool = True


@dataclass(frozen=True)
class SharesView:
    """The table that the public reads.

    Its columns are groups with how many answered, its rows questions.
    """

    columns: list[tuple[str, int]]
    rows: list[tuple[str, list[ShareView]]]


@dataclass(frozen=True)
class SumsView:
    """The table of sums: a column for each group, and a row of numbers.

    There is a row for those who answered and one for each question. A number is None where the
    question wasn't asked. The last column is all pupils.
    """

    columns: list[str]
    rows: list[tuple[str, list[int | None]]]


def round_title(survey_round: SurveyRound | PublishedRound) -> str:
    """Return the title of a round, such as "Årskurs 9, läsåret 2024/25"."""
    return title_of(survey_round.grade, survey_round.school_year)


def title_of(grade: str, school_year: int) -> str:
    """Return the title of a round that isn't stored, as `round_title` does."""
    return _("%(grade)s, läsåret %(year)s") % {
        "grade": capfirst(Grade(grade).label),
        "year": school_year_label(school_year),
    }


def shares_view(shares: Iterable[PublishedShare], reasons: Reasons | None = None) -> SharesView:
    """Return the table of a round's shares.

    With `reasons` (by measure and group) it is for staff.
    """
    by_cell = {(share.measure, share.group): share for share in shares}
    answered = {share.group: share.answered for share in by_cell.values()}
    groups = [group for group in GROUPS if group in answered]
    rows = []
    for measure in Measure:
        if not any((measure, group) in by_cell for group in groups):
            continue
        cells = []
        for group in groups:
            share = by_cell.get((measure, group))
            if share is None:
                cells.append(ShareView(None, was_asked=False))
            else:
                reason = (reasons or {}).get((share.measure, share.group), "")
                cells.append(ShareView(share.percent, reason))
        rows.append((row_label(measure), cells))
    return SharesView([(str(capfirst(g.label)), answered[g]) for g in groups], rows)


def sums_view(sums: Sums) -> SumsView:
    """Return the table of sums, with those of all pupils added up."""
    groups = [group for group in Group if group in sums.answered]
    genders = [group for group in groups if group != Group.ALL]
    rows: list[tuple[str, list[int | None]]] = []
    numbers_by_row = [(ANSWERED, sums.answered), *((m.value, sums.yes.get(m, {})) for m in Measure)]
    for name, numbers in numbers_by_row:
        cells = [numbers.get(group) for group in groups]
        if genders:
            cells.append(sum(numbers.values()) if numbers else None)
        rows.append((row_label(name), cells))
    columns = [str(capfirst(group.label)) for group in groups]
    return SumsView([*columns, str(capfirst(Group.ALL.label))] if genders else columns, rows)


def reasons(published: Published) -> dict[tuple[str, str], str]:
    """Return why each hidden share is hidden, for those who make the survey."""
    return {
        (measure, group.value): reason_text(share.reason)
        for (measure, group), share in published.shares.items()
        if share.reason is not None
    }


def reason_text(reason: HiddenReason) -> str:
    """Return why a share is hidden, for staff.

    The public never learns which reason it was.
    """
    numbers = {
        "cell": rule().smallest_cell,
        "alike": rule().smallest_alike,
    }
    return {
        HiddenReason.FEW_YES: _("Färre än %(cell)s svarade ja.") % numbers,
        HiddenReason.FEW_NO: _("Färre än %(cell)s svarade nej.") % numbers,
        HiddenReason.ALL_ALIKE: _(
            "Ingen eller alla svarade ja, och gruppen är mindre än %(alike)s."
        )
        % numbers,
        HiddenReason.FEW_BETWEEN: _(
            "Färre än %(cell)s svarade ja på den vidare frågan men inte på den här."
        )
        % numbers,
        HiddenReason.NONE_BETWEEN: _(
            "Alla som svarade ja på den vidare frågan svarade ja på den här också, och gruppen är"
            " mindre än %(alike)s."
        )
        % numbers,
        HiddenReason.WIDER_HIDDEN: _("Den vidare frågan visas inte, och då inte heller den här."),
        HiddenReason.WORKED_OUT: _(
            "Talet, eller ett annat dolt tal, skulle gå att räkna ut ur resten."
        ),
        HiddenReason.HIDDEN_BEFORE: _("Andelen var dold när omgången publicerades förut."),
        HiddenReason.DIFFERENCE: _(
            "Svaren från dem som har tillkommit eller fallit bort skulle gå att räkna ut."
        ),
    }[reason]


def hidden_groups(sums: Sums, published: Published) -> list[str]:
    """Return sentences for staff about the groups that the public can't see."""
    smallest_group = rule().smallest_group
    least = {"least": smallest_group}
    if not published.is_shown:
        return [_("Färre än %(least)s svarade, så inga andelar visas.") % least]
    if Group.ALL in sums.answered:
        return []
    is_large = {group: number >= smallest_group for group, number in sums.answered.items()}
    if DisclosedGroup.GIRLS not in published.groups:
        if is_large.get(Group.GIRLS) and is_large.get(Group.BOYS):
            return [
                _(
                    "Flickor och pojkar visades inte för sig när omgången publicerades förut, så"
                    " bara alla tillsammans visas."
                )
            ]
        return [
            _("Flickor eller pojkar är färre än %(least)s, så bara alla tillsammans visas.") % least
        ]
    if sums.answered.get(Group.OTHER) and DisclosedGroup.OTHER not in published.groups:
        if is_large[Group.OTHER]:
            return [
                _(
                    "De som svarat annat eller inte uppgett kön visades inte när omgången"
                    " publicerades förut. De visas inte nu heller, och räknas inte in i alla."
                )
            ]
        return [
            _(
                "De som svarat annat eller inte uppgett kön är färre än %(least)s. De visas inte, "
                "och räknas inte in i alla."
            )
            % least
        ]
    return []


def refusal_sentences(refused: RevealingChange) -> list[str]:
    """Return what a correction would give away, and what can be done."""
    sentences = []
    if refused.round_name:
        compared = _("Jämfört med en omgång som är tillbakadragen: %(round)s.")
        sentences.append(compared % {"round": refused.round_name})
    for change in refused.changes:
        numbers = {
            "group": Group(change.group.value).label,
            "before": change.before,
            "now": change.now,
        }
        if change.question:
            numbers["question"] = row_label(change.question)
            sentence = _(
                "%(question)s (%(group)s): antalet ja har ändrats från %(before)s till %(now)s."
            )
        else:
            sentence = _("Antalet svar (%(group)s) har ändrats från %(before)s till %(now)s.")
        sentences.append(sentence % numbers)
    if refused.changes:
        why = _(
            "Den som jämför med det som redan har publicerats skulle kunna räkna ut vad de få "
            "elever som skiljer har svarat."
        )
    else:
        why = _(
            "Omgångens tal har redan rättats en gång. Den som jämför tre olika publiceringar "
            "skulle kunna räkna ut vad några få elever har svarat."
        )
    way_out = (
        _("Är det samma elever, skriv talen som de var i den omgången.")
        if refused.round_name
        else _(
            "Sätt tillbaka antalet svar och antalet ja som de var, eller ta tillbaka publiceringen."
        )
    )
    return [*sentences, why, way_out]
