"""Completed actions in words, as far as the public is told of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pledge_portal.pages.text import Wording, proper_name, wording
from pledges.actions.portal_counts import Disagreement
from pledges.models import Commitment, CompletedAction, Pledge, PoliceArea, PublishedAction
from pledges.presentation.language import in_swedish_only
from pledges.presentation.units import worded
from pledges.presentation.validity import day
from pledges.targets import Period, period_at, school_year_label


@dataclass(frozen=True)
class ActionView:
    """A completed action as pages show it.

    `what` is what its commitment is called; `when` the day or days, the month or the term, and
    `first_day` its first day for machines. `where` is empty when the place isn't told, `by` where
    only one police area gives the pledge; `amount` says how much, of `unit` where it has one of its
    own, and nothing of what was done once; `how_it_went` is empty when all of it was done; `search`
    is a dog search's outcome in words, if it is told. It `leads_on` to its commitment where it is
    the first of it in a list.
    """

    what: Wording
    when: str
    first_day: date
    is_exact: bool
    where: SafeString
    by: SafeString
    amount: str
    unit: Wording
    how_it_went: str
    search: str
    note: Wording
    commitment_number: int
    is_demonstration: bool
    leads_on: bool = False

    @property
    def how_much(self) -> str:
        """How much of what, as plain text."""
        return f"{self.amount} {self.unit}".strip()

    @property
    def title(self) -> str:
        """What was done, when, and how much: what it is called alone."""
        name = f"{self.what}, {self.when}"
        return f"{name}: {self.how_much}" if self.how_much else name


def action_view(
    action: PublishedAction, pledge: Pledge, names: Mapping[int, Wording]
) -> ActionView:
    """Return a public action in words.

    Its commitment, municipality and place are fetched along. `names` are those of the pledge's
    commitments, by number.
    """
    return ActionView(
        what=names[action.commitment.number],
        when=days_label(action.shown_first, action.shown_last, is_span=action.is_span),
        first_day=action.shown_first,
        is_exact=action.shown_first == action.shown_last,
        where=_where(action, tells_municipality=len(pledge.parties.all()) > 1),
        by=police_text(action.police_area, pledge),
        amount=_amount(action),
        unit=_unit(action),
        how_it_went=_("Delvis genomförd")
        if action.outcome == CompletedAction.Outcome.PARTLY
        else "",
        search=_search(action),
        note=in_swedish_only(action.note),
        commitment_number=action.commitment.number,
        is_demonstration=action.is_demonstration,
    )


def listed_actions(
    actions: Iterable[PublishedAction], pledge: Pledge, names: Mapping[int, Wording]
) -> list[ActionView]:
    """Return actions for a list in which each commitment is linked once."""
    views = [action_view(action, pledge, names) for action in actions]
    numbers = [view.commitment_number for view in views]
    return [
        replace(view, leads_on=view.commitment_number not in numbers[:place])
        for place, view in enumerate(views)
    ]


def police_text(police_area: PoliceArea | None, pledge: Pledge) -> SafeString:
    """Return which of a pledge's police areas did something.

    Empty where there is but one, or where it wasn't the police.
    """
    if police_area is None or len(pledge.police_areas) == 1:
        return SafeString("")
    return proper_name(f"Polisen, {police_area}")


def recorder_text(action: CompletedAction) -> str:
    """Return which party recorded an action, and which of the police areas."""
    side = str(action.get_recorded_side_display())
    police = police_text(action.police_area, action.commitment.pledge)
    return police or side


def counts_by_itself(commitment: Commitment) -> str:
    """Return what the portal counts without being told, empty for nothing."""
    return {
        Commitment.Kind.DRUG_HABIT_SURVEY: _(
            "En publicerad omgång av drogvaneundersökningen räknas av sig själv. Registrera bara "
            "det som inte finns här."
        ),
        Commitment.Kind.FOLLOW_UP: _(
            "En publicerad uppföljning räknas av sig själv. Registrera bara det som inte finns här."
        ),
    }.get(Commitment.Kind(commitment.kind), "")


def disagreement_text(disagreement: Disagreement) -> str:
    """Return where actions give another number than the portal itself."""
    parts = {"portal": disagreement.by_portal, "actions": disagreement.by_actions}
    if disagreement.meeting is not None:
        return _(
            "Uppföljningen den %(day)s räknas som %(portal)s, men insatserna säger %(actions)s. "
            "Uppföljningens antal gäller: rätta eller stryk insatserna."
        ) % {**parts, "day": day(disagreement.meeting)}
    return _(
        "Drogvaneundersökningen läsåret %(year)s räknas som %(portal)s, men insatserna säger "
        "%(actions)s. Omgångens antal gäller: rätta eller stryk insatserna."
    ) % {**parts, "year": school_year_label(disagreement.school_year)}


def days_label(first: date, last: date, *, is_span: bool = False) -> str:
    """Return a day, a span of days, a month ("mars 2026") or a term in words.

    `is_span` says that the days are the action's own; else they are the months or the school terms
    that it lies within.
    """
    if first == last:
        return day(first)
    if _are_whole_months(first, last):
        terms = [period_at(Period.TERM, first), period_at(Period.TERM, last)]
        if not is_span and (terms[0].first, terms[1].last) == (first, last):
            return _joined(list(dict.fromkeys(term.label for term in terms)))
        return _joined(_months(first, last))
    return _joined([_first_day(first, last), day(last)])


def _are_whole_months(first: date, last: date) -> bool:
    return first.day == 1 and (last + timedelta(days=1)).day == 1


def _months(first: date, last: date) -> list[str]:
    """Return the first and the last month, with the year once where it is one."""
    if first.year != last.year:
        return [date_format(first, "F Y"), date_format(last, "F Y")]
    if first.month == last.month:
        return [date_format(last, "F Y")]
    return [date_format(first, "F"), date_format(last, "F Y")]


def _first_day(first: date, last: date) -> str:
    """Return the first day of a span without what its last day says as well."""
    if first.year != last.year:
        return day(first)
    return date_format(first, "j" if first.month == last.month else "j F")


def _joined(ends: list[str]) -> str:
    """Return "1–5 maj 2025", spaced out where an end has spaces."""
    return (" – " if " " in ends[0] else "–").join(ends)


def _where(action: PublishedAction, *, tells_municipality: bool) -> SafeString:
    if action.place is not None:
        return proper_name(action.place.name)
    if action.place_level:
        return SafeString(capfirst(action.get_place_level_display()))
    return proper_name(action.municipality.official_name) if tells_municipality else SafeString("")


def _unit(action: PublishedAction) -> Wording:
    """Return what an action's amount counts, or nothing.

    The target's unit is worded for the target's own number: where that is one it can't follow
    several, nor one where that is several.
    """
    commitment = action.commitment
    if action.unit or action.requests is not None:
        return worded(in_swedish_only(action.unit), action.amount)
    if action.amount == 1 or commitment.target_amount == 1:
        return Wording("")
    return worded(wording(commitment, "target_unit"), action.amount)


def _amount(action: PublishedAction) -> str:
    if action.requests is not None:
        sentence = _("%(met)s av %(asked)s som bad om det fick det")
        if action.commitment.target_within_days is not None:
            # Whoever got it too late did get it.
            sentence = _("%(met)s av %(asked)s som bad om det fick det i tid")
        return sentence % {"met": action.amount, "asked": action.requests}
    if _unit(action):
        return str(action.amount)
    if action.amount == 1:
        return ""
    if not action.commitment.target_unit:
        times = ngettext("%(n)s gång", "%(n)s gånger", action.amount)
        return times % {"n": action.amount}
    return _("antal %(n)s") % {"n": action.amount}


def _search(action: PublishedAction) -> str:
    if action.premises_searched is None:
        return ""
    return ", ".join(
        [
            ngettext("%(n)s genomsökt lokal", "%(n)s genomsökta lokaler", action.premises_searched)
            % {"n": action.premises_searched},
            ngettext("%(n)s markering", "%(n)s markeringar", action.indications or 0)
            % {"n": action.indications},
            ngettext("%(n)s fynd", "%(n)s fynd", action.finds or 0) % {"n": action.finds},
        ]
    )
