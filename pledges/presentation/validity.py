"""In words: if a pledge is in force, and what has happened to it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import NamedTuple

from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pledge_portal.pages.text import day
from pledges.lifecycle import Standing, State
from pledges.models import Pledge, Signature, VoidSignature
from pledges.models.decision import HasDecision

_DAYS_OF_A_YEAR = 366


def decision_in_words(decided: HasDecision) -> str:
    """Return who decided and when: "Kommunstyrelsen, 10 januari 2023, § 5".

    What isn't known is left out; empty when nothing is.
    """
    on = day(decided.decided_on) if decided.decided_on else ""
    return ", ".join(filter(None, [decided.decided_by, on, _paragraph(decided.decision_paragraph)]))


def _paragraph(paragraph: str) -> str:
    return f"§ {paragraph}" if paragraph and not paragraph.startswith("§") else paragraph


@dataclass(frozen=True)
class Answer:
    """The answer to "is the pledge in force?".

    `short` is the answer in a word or two, `sentence` what it means, `label` the state's name, and
    `days` how long it is to or since the planned end, empty when that says nothing of use.
    """

    state: State
    label: str
    short: str
    sentence: str
    days: str


def answer(pledge: Pledge, standing: Standing) -> Answer:
    """Return what the standing of a signed pledge means to its reader."""
    short, sentence = _short_and_sentence(pledge, standing)
    return Answer(
        standing.state, str(standing.state.label), short, sentence, _days(pledge, standing)
    )


def _short_and_sentence(pledge: Pledge, standing: Standing) -> tuple[str, str]:
    end = {"day": day(standing.planned_end)}
    last = {"day": day(standing.last_day or standing.planned_end)}
    match standing.state:
        case State.SIGNED:
            return _("Inte ännu"), _("Löftet är undertecknat och börjar gälla den %(day)s.") % {
                "day": day(pledge.valid_from)
            }
        case State.IN_FORCE:
            return _("Ja"), _in_force_sentence(pledge, standing, end)
        case State.HELD_OVER if standing.last_day is not None:
            return _("Ja, tills vidare"), " ".join(
                [
                    _("Slutdatumet %(day)s har passerat.") % end,
                    _known_end(pledge, standing, standing.last_day),
                ]
            )
        case State.HELD_OVER:
            return _("Ja, tills vidare"), " ".join(
                [
                    _("Slutdatumet %(day)s har passerat.") % end,
                    _("Löftet gäller tills ett nytt ges. Ett nytt löfte väntas."),
                ]
            )
        case State.REPLACED if standing.is_revised:
            return _("Nej, det är reviderat"), _(
                "Löftet gällde till och med den %(day)s. Sedan gäller en reviderad text."
            ) % last
        case State.REPLACED:
            return _("Nej, det är ersatt"), _(
                "Löftet gällde till och med den %(day)s. Sedan tog ett nytt löfte över."
            ) % last
        case State.ENDED:
            return _("Nej, det har upphört"), _("Löftet gällde till och med den %(day)s.") % last
        case State.ANNULLED:
            return _("Nej, det är upphävt"), _(
                "Löftet är upphävt och gäller inte från och med den %(day)s."
            ) % {"day": day(pledge.annulment.from_day)}
    return _("Nej"), _("Löftet är inte undertecknat av alla och gäller därför inte.")


def _in_force_sentence(pledge: Pledge, standing: Standing, end: dict[str, str]) -> str:
    if standing.last_day is not None and standing.last_day != standing.planned_end:
        return _known_end(pledge, standing, standing.last_day)
    until = _("Löftet gäller till och med den %(day)s.") % end
    if standing.planned_end > standing.original_end:
        first = {"day": day(standing.original_end)}
        until += " " + _("Det är förlängt: från början skulle det gälla till den %(day)s.") % first
    if not pledge.until_replaced:
        return until
    goes_on = _("Om inget nytt löfte har getts då fortsätter det att gälla tills ett nytt ges.")
    return f"{until} {goes_on}"


def _known_end(pledge: Pledge, standing: Standing, last_day: date) -> str:
    last = {"day": day(last_day)}
    if hasattr(pledge, "annulment"):
        return _("Löftet gäller till och med den %(day)s. Sedan är det upphävt.") % last
    if standing.is_revised:
        return _("Löftet gäller till och med den %(day)s. Sedan gäller en reviderad text.") % last
    return _("Löftet gäller till och med den %(day)s. Sedan tar ett nytt löfte över.") % last


def _days(pledge: Pledge, standing: Standing) -> str:
    distance = (standing.planned_end - standing.on).days
    if standing.state == State.IN_FORCE and standing.last_day in {None, standing.planned_end}:
        if distance == 0:
            return _("Slutdatumet är i dag")
        if years := distance // _DAYS_OF_A_YEAR:
            return ngettext(
                "Mer än %(n)s år kvar till slutdatum",
                "Mer än %(n)s år kvar till slutdatum",
                years,
            ) % {"n": years}
        return ngettext(
            "%(n)s dag kvar till slutdatum", "%(n)s dagar kvar till slutdatum", distance
        ) % {"n": distance}
    if standing.state == State.HELD_OVER:
        if years := -distance // _DAYS_OF_A_YEAR:
            return ngettext(
                "Slutdatumet passerade för mer än %(n)s år sedan",
                "Slutdatumet passerade för mer än %(n)s år sedan",
                years,
            ) % {"n": years}
        return ngettext(
            "Slutdatumet passerade för %(n)s dag sedan",
            "Slutdatumet passerade för %(n)s dagar sedan",
            -distance,
        ) % {"n": -distance}
    return ""


def days_in_force(standing: Standing) -> str:
    """Return from which day to which a pledge is in force.

    As far as it is known today.
    """
    first = day(standing.valid_from)
    if standing.last_day is None and standing.is_held_over:
        return _("Från %(first)s och tills vidare") % {"first": first}
    if standing.last_day is None:
        planned = {"first": first, "last": day(standing.planned_end)}
        return _("%(first)s – %(last)s, eller tills ett nytt ges") % planned
    if standing.was_never_in_force:
        return _("Inte en enda dag")
    last = day(standing.last_day)
    return first if first == last else _("%(first)s – %(last)s") % {"first": first, "last": last}


@dataclass(frozen=True)
class Event:
    """A knot on the timeline.

    `mark` is "done", "now" or "coming"; `when` None is unknown; `is_invented` means that it is made
    up for the demonstration.
    """

    when: date | None
    text: str
    mark: str
    is_invented: bool = False

    @property
    def day(self) -> str:
        """The day in words, empty when it is unknown."""
        return day(self.when) if self.when else ""


class Dated(NamedTuple):
    """What happened on a day, and whether it is made up for the demonstration."""

    when: date
    text: str
    is_invented: bool = False


def events(
    pledge: Pledge, standing: Standing, signed: Iterable[tuple[date, str] | Dated]
) -> list[Event]:
    """Return what has happened to the pledge and what is known to come.

    In order of time; `signed` is what `signings` gives.
    """
    on = standing.on
    dated = [Dated(*event) for event in [*signed, *_turning_points(pledge, standing)]]
    dated.sort(key=lambda event: event.when)
    past = [Event(when, text, "done", mark) for when, text, mark in dated if when <= on]
    coming = [Event(when, text, "coming", mark) for when, text, mark in dated if when > on]
    now = Event(on, answer(pledge, standing).label, "now")
    awaited = (
        [Event(None, _("Ett nytt löfte väntas."), "coming")]
        if standing.is_held_over and standing.last_day is None
        else []
    )
    return [*past, now, *coming, *awaited]


def signings(pledge: Pledge) -> list[tuple[date, str] | Dated]:
    """Return the days on which the pledge was signed and by whom.

    The pledge must have been fetched by `with_standing()`.
    """
    signatures = sorted(
        (
            signatory.signature
            for signatory in pledge.signatories.all()
            if hasattr(signatory, "signature")
        ),
        key=lambda signature: (_signed_on(signature), signature.signatory.position),
    )
    signed_elsewhere = getattr(pledge, "signed_elsewhere", None)
    sentence = (
        _("Löftet undertecknades av %(names)s.")
        if signed_elsewhere is None
        else _("Löftet undertecknades av %(names)s, utanför portalen.")
    )
    signings: list[tuple[date, str] | Dated] = []
    for when, of_a_day in groupby(signatures, key=_signed_on):
        group = list(of_a_day)
        names = get_text_list([signature.signatory.name for signature in group], _("och"))
        is_invented = any(signature.is_demonstration for signature in group)
        signings.append(Dated(when, sentence % {"names": names}, is_invented))
    if signed_elsewhere is not None:
        handed_in = _("%(party)s lämnade in dokumentet till portalen.")
        when = timezone.localdate(signed_elsewhere.taken_in_at)
        signings.append((when, handed_in % {"party": signed_elsewhere.vouched_for}))
    return signings


def _signed_on(signature: Signature) -> date:
    return timezone.localdate(signature.signed_at)


def recalls_of(pledge: Pledge) -> list[tuple[date, str]]:
    """Return the days on which adoptions were called back, and why; one query.

    As `signings`, for the pledge's own timeline.
    """
    sentence = _(
        "Löftet antogs {day} men kallades tillbaka innan alla hade undertecknat. Skäl: {reason}"
    )
    return [
        (
            timezone.localdate(recall.recalled_at),
            format_html(
                sentence,
                day=day(timezone.localdate(recall.adopted_at)),
                reason=format_html('<span lang="sv">{}</span>', recall.reason),
            ),
        )
        for recall in pledge.recalls.all()
    ]


def recall_sentence(signatures: Collection[VoidSignature]) -> str:
    """Return what became of the signatures of an adoption called back."""
    if not signatures:
        return _("Ingen hade undertecknat.")
    return ngettext(
        "%(n)s underskrift är gjord och ogiltig.",
        "%(n)s underskrifter är gjorda och ogiltiga.",
        len(signatures),
    ) % {"n": len(signatures)}


def prolongations_of(pledge: Pledge) -> list[tuple[date, str]]:
    """Return the days on which a pledge was prolonged, to when and why."""
    sentence = _("Löftet förlängdes till och med den {day}: {decision}. Skäl: {reason}")
    return [
        (
            prolongation.decided_on,
            format_html(
                sentence,
                day=day(prolongation.valid_to),
                decision=format_html('<span lang="sv">{}</span>', _body(prolongation)),
                reason=format_html('<span lang="sv">{}</span>', prolongation.reason),
            ),
        )
        for prolongation in pledge.prolongations.all()
        if prolongation.decided_on is not None
    ]


def _turning_points(pledge: Pledge, standing: Standing) -> list[tuple[date, str] | Dated]:
    on, last_day = standing.on, standing.last_day
    points: list[tuple[date, str] | Dated] = []
    if pledge.decided_on is not None:
        is_invented = "decided_on" in pledge.invented
        points.append(Dated(pledge.decided_on, _decided(pledge), is_invented))
    points += prolongations_of(pledge)
    begins = _("Löftet började gälla.") if pledge.valid_from <= on else _("Löftet börjar gälla.")
    if pledge.revises is not None:
        revised = {"day": day(pledge.revises.valid_from)}
        begins += " " + _("Det är en reviderad text av löftet från den %(day)s.") % revised
    cut_short = last_day is not None and last_day < standing.planned_end
    if last_day is None or last_day >= pledge.valid_from:
        points.append(Dated(pledge.valid_from, begins, "valid_from" in pledge.invented))
    if not cut_short:
        if standing.planned_end >= on:
            text = _("Planerat slutdatum.")
        elif last_day == standing.planned_end:
            text = _("Löftets sista dag.")
        else:
            text = _("Slutdatumet passerade. Löftet fortsatte att gälla.")
        points.append((standing.planned_end, text))
    if standing.state == State.ANNULLED or hasattr(pledge, "annulment"):
        points.append(
            (pledge.annulment.from_day, _("Från den här dagen gäller löftet inte: det är upphävt."))
        )
    elif last_day is not None and (pledge.until_replaced or last_day != standing.planned_end):
        first = last_day + timedelta(days=1)
        if standing.is_revised:
            return [*points, *_revised(pledge, first)]
        takes_over = _("Ett nytt löfte tog över.") if first <= on else _("Ett nytt löfte tar över.")
        points.append((first, takes_over))
    return points


def _revised(pledge: Pledge, first: date) -> Iterator[tuple[date, str]]:
    """Yield the days on which a revision was decided, and took over."""
    for revision in pledge.revisions.filter(valid_from=first):
        if revision.decided_on is not None:
            sentence = _("Det beslutades att revidera löftet: %(decision)s.")
            yield revision.decided_on, sentence % {"decision": _body(revision)}
    yield first, _("Löftet reviderades: en ny text gäller från den dagen.")


def _decided(pledge: Pledge) -> str:
    if not pledge.decided_by:
        return _("Löftet beslutades.")
    return _("Löftet beslutades: %(decision)s.") % {"decision": _body(pledge)}


def _body(decided: HasDecision) -> str:
    return ", ".join(filter(None, [decided.decided_by, _paragraph(decided.decision_paragraph)]))


def period_label(first: date, last: date) -> str:
    """Return the days that a follow-up covers, by name where they have one.

    A half-year and a year have names; else it is the first and last day.
    """
    if first.year != last.year:
        return f"{day(first)} – {day(last)}"
    if first.day == 1 and (first.month, last.month, last.day) in {(1, 6, 30), (7, 12, 31)}:
        half = _("första halvåret %(year)s") if first.month == 1 else _("andra halvåret %(year)s")
        return half % {"year": first.year}
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
        return _("hela %(year)s") % {"year": first.year}
    return f"{day(first)} – {day(last)}"
