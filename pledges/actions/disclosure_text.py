"""What staff read of secrecy: what the public sees of an action, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pledge_portal.pages.text import length_of_time
from pledges.actions import action_disclosure
from pledges.actions.presentation import days_label
from pledges.actions.recording import Entry
from pledges.actions.rows import ReadRow
from pledges.models import CompletedAction, Disclosure, Municipality, Place, PublishedAction
from pledges.presentation.validity import day


def disclosure_summary(disclosure: Disclosure) -> str:
    """Return in a sentence how closely the public is told of actions."""
    where = {
        Disclosure.PlaceDetail.EXACT: _("platsens namn"),
        Disclosure.PlaceDetail.LEVEL: _("skolans stadium men inte vilken skola"),
        Disclosure.PlaceDetail.MUNICIPALITY: _("kommunen men inte platsen"),
    }[Disclosure.PlaceDetail(disclosure.place_detail)]
    when = {
        Disclosure.DateDetail.DAY: _("dagen"),
        Disclosure.DateDetail.MONTH: _("månaden men inte dagen"),
        Disclosure.DateDetail.TERM: _("terminen men inte dagen"),
    }[Disclosure.DateDetail(disclosure.date_detail)]
    return _("Allmänheten får veta %(where)s och %(when)s.") % {"where": where, "when": when}


def more_open_question(chosen: Disclosure, number: int) -> str:
    """Return the question that is asked before more is told.

    `number` is how many recorded actions it is about.
    """
    sentences = [_("Det här visar mer än nu."), disclosure_summary(chosen)]
    if action_disclosure.permits_search_outcome(chosen):
        sentences.append(_("Antalet lokaler, markeringar och fynd visas."))
    if chosen.embargo_days:
        sentences.append(
            _("Det visas tidigast %(time)s efteråt.")
            % {"time": length_of_time(chosen.embargo_days)}
        )
    sentences.append(
        ngettext(
            "Det gäller också %(n)s insats som redan är registrerad.",
            "Det gäller också %(n)s insatser som redan är registrerade.",
            number,
        )
        % {"n": number}
    )
    sentences.append(_("Kryssa för att du menar det. Det som har lästs går inte att ta tillbaka."))
    return " ".join(sentences)


def publication_text(
    action: CompletedAction, published: PublishedAction | None, today: date
) -> str:
    """Return what the public is told of an action, and from which day."""
    if action.is_struck:
        return _("Insatsen är struken och visas inte.")
    if published is None:
        return _("Insatsen visas inte för allmänheten.")
    when = days_label(published.shown_first, published.shown_last, is_span=published.is_span)
    if published.public_from > today:
        return _("Visas för alla från den %(day)s, som %(when)s.") % {
            "day": day(published.public_from),
            "when": when,
        }
    return _("Visas för alla, som %(when)s.") % {"when": when}


def preview_text(entry: Entry, today: date) -> str:
    """Return what `publication_text` will say of an action not stored yet."""
    if not entry.is_public:
        return _("Insatsen visas inte för allmänheten.")
    disclosure = action_disclosure.disclosure_of(entry.commitment)
    days = action_disclosure.shown_days(entry.commitment, entry.days, disclosure.date_detail)
    published = PublishedAction(
        public_from=action_disclosure.public_from(
            entry.commitment, entry.days, entry.embargo_until, disclosure
        ),
        shown_first=days.first,
        shown_last=days.last,
        is_span=action_disclosure.shows_own_days(
            entry.commitment, entry.days, disclosure.date_detail
        ),
    )
    return publication_text(CompletedAction(**entry.stored()), published, today)


@dataclass(frozen=True)
class RowView:
    """A row of a file as it will be recorded."""

    number: int
    entry: Entry
    outcome: str
    publication: str
    questions: list[str]


def row_view(row: ReadRow, today: date) -> RowView | None:
    """Return how a row is shown before it is recorded; None for a faulty one."""
    if row.entry is None:
        return None
    return RowView(
        row.number,
        row.entry,
        str(CompletedAction.Outcome(row.entry.outcome).label),
        preview_text(row.entry, today),
        row.questions,
    )


@dataclass(frozen=True)
class CorrectionView:
    """A correction: who, when, why, and how each changed part was before."""

    when: datetime
    corrected_by: str
    reason: str
    changes: list[tuple[str, str]]


def corrections(action: CompletedAction) -> list[CorrectionView]:
    """Return an action's corrections, the latest first.

    In a fixed number of queries.
    """
    rows = list(action.corrections.select_related("corrected_by").order_by("-version"))
    names = _names(rows)
    return [
        CorrectionView(
            when=row.corrected_at,
            corrected_by=str(row.corrected_by or ""),
            reason=row.reason,
            changes=[
                (_label(field), _value(field, value, names)) for field, value in row.before.items()
            ],
        )
        for row in rows
    ]


@dataclass(frozen=True)
class Divergence:
    """A part of an action that two changed: as it stands, and as one typed it."""

    label: str
    now: str
    typed: str


def divergences(action: CompletedAction, entry: Entry, note: str) -> list[Divergence]:
    """Return what differs between an action as it stands and what was typed.

    `note` is the internal note as it stands, of the reader's own side.
    """
    now, typed = Entry.from_action(action).stored(), entry.stored()
    differing = [
        Divergence(_label(field), _shown(field, now[field]), _shown(field, typed[field]))
        for field in now
        if now[field] != typed[field]
    ]
    if entry.internal_note is not None and entry.internal_note != note:
        texts = (note or _("tomt"), entry.internal_note or _("tomt"))
        differing.append(Divergence(_("Intern anteckning"), *texts))
    return differing


def _shown(field: str, value: Any) -> str:
    """Return a part of an action as it is read."""
    is_row = isinstance(value, Model)
    return str(value) if is_row else _value(field, _plain(value), {})


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _names(corrections: list[Any]) -> dict[tuple[str, int], str]:
    """Return the names that corrections speak of by key.

    Those of places and municipalities.
    """
    names: dict[tuple[str, int], str] = {}
    for field, model in (("place", Place), ("municipality", Municipality)):
        keys = {row.before[field] for row in corrections if row.before.get(field)}
        if keys:
            for instance in model._default_manager.filter(pk__in=keys):
                names[field, instance.pk] = str(instance)
    return names


def _label(field: str) -> str:
    return capfirst(str(CompletedAction._meta.get_field(field).verbose_name))  # type: ignore[union-attr]


def _value(field: str, value: Any, names: dict[tuple[str, int], str]) -> str:
    if value is None or value == "":
        return _("tomt")
    if (field, value) in names:
        return names[field, value]
    if field == "outcome":
        return str(CompletedAction.Outcome(value).label)
    if isinstance(value, bool):
        return _("ja") if value else _("nej")
    if field in {"done_on", "last_day", "embargo_until"}:
        return day(date.fromisoformat(value))
    if field == "struck_at":
        return day(timezone.localdate(datetime.fromisoformat(value)))
    return str(value)
