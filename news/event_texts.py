"""What news of an event says, in the reader's language.

Worded from the event's subject as it is today, by names and not by numbers, so that news never says
what is no longer so. What a page of news needs beside the rows is fetched once for all of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import unescape
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.urls import reverse
from django.utils.html import escape, format_html, format_html_join, strip_tags
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dialogues.presentation import DialogueView, dialogue_view
from news.event_facts import Facts, facts_of
from news.models import News
from pledge_portal.pages.text import Wording, day, proper_name, wording
from pledges.actions.presentation import days_label
from pledges.consultation.presentation import consultation_view
from pledges.models import Assessment, Consultation, Pledge
from pledges.models.pledge import prefetched_places
from pledges.presentation import commitment_name, in_swedish_only, unit_of
from pledges.presentation.commitment import listed, municipality_names
from pledges.presentation.pledge import all_parties
from pledges.presentation.units import worded
from pledges.presentation.validity import period_label

Kind = News.Kind
_ONE_DAY = timedelta(days=1)
_MAX_NAMED = 10
_EXCERPT = 60


@dataclass(frozen=True)
class Sentence:
    """A sentence with names and texts within, each marked with its language."""

    html: SafeString

    def __str__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        return bool(self.html)

    @property
    def text(self) -> str:
        """The words alone."""
        return unescape(strip_tags(self.html))

    @property
    def lang(self) -> str:
        """The page's own language."""
        return ""


@dataclass(frozen=True)
class EventText:
    """What is said of an event: a title, and paragraphs."""

    title: Sentence
    paragraphs: Sequence[SafeString | str]

    @property
    def blocks(self) -> SafeString:
        """The paragraphs for a page."""
        return format_html_join("", "<p>{}</p>", ((words,) for words in self.paragraphs))

    @property
    def text(self) -> str:
        """The paragraphs as words alone, with an empty line between them."""
        return "\n\n".join(Sentence(escape(words)).text for words in self.paragraphs)


def event_texts(rows: Iterable[News], on: date) -> dict[int, EventText]:
    """Return what is said of the events among some news, by key.

    Asks a fixed number of queries, however many they are.
    """
    events = [news for news in rows if not news.is_own]
    if not events:
        return {}
    prefetch_related_objects(
        events,
        "municipality",
        Prefetch("pledge", Pledge.objects.select_related("police_area", "annulment")),
        *prefetched_places("pledge__"),
        "pledge__signatories",
        *("earlier", "prolongation", "follow_up", "dialogue", "commitment"),
        Prefetch("consultation", Consultation.objects.without_the_draft()),
    )
    facts = facts_of(events, on)
    return {news.pk: _TEXTS[News.Kind(news.kind)](news, facts) for news in events}


def _sentence(text: str, **names: Any) -> Sentence:
    """Return a sentence with names put in: texts are escaped."""
    return Sentence(format_html(escape(text), **names))


def _title_of(pledge: Pledge) -> SafeString:
    return wording(pledge, "title").html


def _signed(news: News, _facts: Facts) -> EventText:
    pledge = _pledge(news)
    everybody = all_parties(municipality_names(pledge).values(), pledge.signing_third_parties)
    title = _sentence(_("{title} är undertecknat"), title=_title_of(pledge))
    who = _sentence(_("{everybody} har undertecknat löftet."), everybody=everybody)
    return EventText(title, [who.html, _when_it_holds(pledge, news)])


def _when_it_holds(pledge: Pledge, news: News) -> SafeString:
    place = proper_name(pledge.place_name(news.municipality))
    text = _("Det gäller i {place} från den {day}.")
    return _sentence(text, place=place, day=day(pledge.valid_from)).html


def _in_force(news: News, _facts: Facts) -> EventText:
    pledge = _pledge(news)
    title = _sentence(_("{title} börjar gälla"), title=_title_of(pledge))
    return EventText(title, [_when_it_holds(pledge, news)])


def _replaced(news: News, _facts: Facts) -> EventText:
    pledge, earlier = _pledge(news), news.earlier
    if earlier is None:  # one that isn't in this portal
        return _in_force(news, _facts)
    names = {"title": _title_of(pledge), "earlier": _title_of(earlier)}
    if pledge.revises_id == earlier.pk:
        title = _sentence(_("{title} är reviderat"), **names)
        words = _sentence(
            _("En ny text gäller från den {day}, i stället för {earlier}."),
            day=day(pledge.valid_from), **names,
        )  # fmt: skip
        return EventText(title, [words.html])
    title = _sentence(_("{title} tar över efter {earlier}"), **names)
    return EventText(title, [_when_it_holds(pledge, news)])


def _prolonged(news: News, _facts: Facts) -> EventText:
    pledge, prolongation = _pledge(news), news.prolongation
    assert prolongation is not None  # noqa: S101  (it is what happened)
    last = day(prolongation.valid_to)
    title = _sentence(
        _("{title} är förlängt till och med den {day}"), title=_title_of(pledge), day=last
    )
    reason = _sentence(_("Skäl: {reason}"), reason=in_swedish_only(prolongation.reason).html)
    return EventText(title, [reason.html])


def _annulled(news: News, _facts: Facts) -> EventText:
    pledge = _pledge(news)
    title = _sentence(_("{title} är upphävt"), title=_title_of(pledge))
    words = _sentence(
        _("Löftet gäller inte från och med den {day}. Skäl: {reason}"),
        day=day(pledge.annulment.from_day),
        reason=in_swedish_only(pledge.annulment.reason).html,
    )
    return EventText(title, [words.html])


def _pledge(news: News) -> Pledge:
    assert news.pledge is not None  # noqa: S101  (all news of pledges name them)
    return news.pledge


def _followed_up(news: News, facts: Facts) -> EventText:
    pledge, follow_up = _pledge(news), news.follow_up
    assert follow_up is not None  # noqa: S101  (it is what happened)
    title = _sentence(
        _("Uppföljning av {title}: {counts}")
        if facts.verdicts[follow_up.pk]
        else _("Uppföljning av {title}"),
        title=_title_of(pledge),
        counts=_counts(facts.verdicts[follow_up.pk]),
    )
    by = in_swedish_only(follow_up.assessed_by).html or escape(_("det brottsförebyggande rådet"))
    words = _sentence(
        _("Så bedömde {by} löftet den {day}. Uppföljningen handlar om {period}."),
        by=by,
        day=day(follow_up.meeting_on),
        period=period_label(follow_up.first_day, follow_up.last_day),
    )
    reported = _("Vad som är redovisat står bredvid bedömningarna i uppföljningen.")
    return EventText(title, [words.html, reported])


def _counts(verdicts: Counter[str]) -> str:
    """Return how many commitments were judged in which way: "5 uppfyllda"."""
    verdict = Assessment.Verdict
    words = {
        verdict.KEPT: ngettext("%(n)s uppfyllt", "%(n)s uppfyllda", verdicts[verdict.KEPT]),
        verdict.PARTLY_KEPT: ngettext(
            "%(n)s delvis uppfyllt", "%(n)s delvis uppfyllda", verdicts[verdict.PARTLY_KEPT]
        ),
        verdict.NOT_KEPT: ngettext(
            "%(n)s inte uppfyllt", "%(n)s inte uppfyllda", verdicts[verdict.NOT_KEPT]
        ),
        verdict.UNDER_WAY: ngettext("%(n)s pågår", "%(n)s pågår", verdicts[verdict.UNDER_WAY]),
        verdict.NOT_STARTED: ngettext(
            "%(n)s inte påbörjat", "%(n)s inte påbörjade", verdicts[verdict.NOT_STARTED]
        ),
    }
    return ", ".join(text % {"n": verdicts[key]} for key, text in words.items() if verdicts[key])


def _overdue(news: News, facts: Facts) -> EventText:
    assert news.first_day and news.last_day and news.happened_on  # noqa: S101, PT018
    title = _sentence(
        _("Uppföljningen av {title} kom inte i tid")
        if news.pk in facts.published_since
        else _("Uppföljningen av {title} saknas"),
        title=_title_of(_pledge(news)),
    )
    words = _sentence(
        _("Den ska handla om {period} och skulle ha publicerats senast den {day}."),
        period=period_label(news.first_day, news.last_day),
        day=day(news.happened_on - _ONE_DAY),
    ).html
    since = [_("Den har publicerats sedan dess.")] if news.pk in facts.published_since else []
    return EventText(title, [words, *since])


def _actions(news: News, facts: Facts) -> EventText:
    rows = facts.actions.get(news.pk, [])
    names = {row["commitment"]: _name(facts, row) for row in rows}
    title = _sentence(_("Redovisat: {names}"), names=_few(list(names.values())))
    lines: list[SafeString | str] = [_amount(facts, row) for row in rows[:_MAX_NAMED]]
    more = len(rows) - len(lines)
    if more:
        lines.append(ngettext("Och %(n)s till.", "Och %(n)s till.", more) % {"n": more})
    about = _sentence(_("Redovisat för {title}:"), title=_title_of(_pledge(news))).html
    return EventText(title, [about, *lines, _other_voice()])


def _few(names: Sequence[SafeString]) -> SafeString:
    """Return one name, and how many more there are."""
    if len(names) < 2:
        return names[0] if names else SafeString("")
    more = len(names) - 1
    others = ngettext("{name} och %(n)s annat åtagande", "{name} och %(n)s andra åtaganden", more)
    return format_html(escape(others % {"n": more}), name=names[0])


def _name(facts: Facts, row: dict[str, Any]) -> SafeString:
    return commitment_name(facts.commitments[row["commitment"]]).html


def _amount(facts: Facts, row: dict[str, Any]) -> SafeString:
    """Return what was done for a commitment: its name, how much and when."""
    commitment = facts.commitments[row["commitment"]]
    total = row["total"]
    unit = (
        worded(in_swedish_only(row["unit"]), total).html
        if row["unit"]
        else unit_of(commitment).of(total)
    )
    return format_html(
        "{}: {} {}, {}",
        commitment_name(commitment).html,
        total,
        unit,
        days_label(row["first"], row["last"]),
    )


def _reported(news: News, facts: Facts) -> EventText:
    assert news.commitment and news.first_day and news.last_day  # noqa: S101, PT018
    name = commitment_name(news.commitment).html
    period = period_label(news.first_day, news.last_day)
    title = _sentence(_("{name}: allt är redovisat för {period}"), name=name, period=period)
    sums = [
        format_html("{} {}", row["total"], unit_of(news.commitment).of(row["total"]))
        for row in _by_unit(facts.reported.get(news.pk, []))
    ]
    words = _sentence(_("Redovisat för perioden: {sums}."), sums=listed(sums)).html
    nothing = _("Ingenting är redovisat för perioden.")
    return EventText(title, [words if sums else nothing, _other_voice()])


def _other_voice() -> str:
    """Return what stands beside what is reported, wherever it is told."""
    return _(
        "Det här är vad som är redovisat. Om löftet hålls är rådets bedömning, som står på löftets "
        "sida."
    )


def _by_unit(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    totals: Counter[str] = Counter()
    for row in rows:
        totals[row["unit"]] += row["total"]
    return [{"unit": unit, "total": total} for unit, total in totals.items() if total]


def _dialogue(news: News, facts: Facts) -> EventText:
    assert news.dialogue is not None  # noqa: S101  (it is what happened)
    view = dialogue_view(news.dialogue, facts.on)
    title = _sentence(_("Medborgardialog: {title}"), title=view.title.html)
    called_off = view.called_off_because
    words = [
        _sentence(_("Dialogen är inställd. {reason}"), reason=called_off.html).html
        if called_off
        else "",
        view.question.html,
        _occasion(view),
        "" if called_off else view.answering,
    ]
    return EventText(title, [paragraph for paragraph in words if paragraph])


def _occasion(view: DialogueView) -> SafeString:
    """Return when and where people meet, with the place in its own language."""
    parts = [*filter(None, [view.when]), *([proper_name(view.place)] if view.place else [])]
    return format_html_join(" ", "{}.", ((part,) for part in parts))


def _heard(news: News, facts: Facts) -> EventText:
    assert news.dialogue is not None  # noqa: S101  (it is what happened)
    view = dialogue_view(news.dialogue, facts.on)
    title = _sentence(_("Det här hörde vi: {title}"), title=view.title.html)
    return EventText(title, [_excerpt(view.heard)])


def _excerpt(text: Wording) -> SafeString:
    return Wording(Truncator(text.text).words(_EXCERPT), text.lang).html


def _consultation(news: News, facts: Facts) -> EventText:
    assert news.consultation is not None  # noqa: S101  (it is what happened)
    view = consultation_view(news.consultation, facts.on)
    title = _sentence(_("Samråd om {title}"), title=view.title.html)
    return EventText(title, [_excerpt(view.introduction), view.until])


def _outcome(news: News, facts: Facts) -> EventText:
    assert news.consultation is not None  # noqa: S101  (it is what happened)
    view = consultation_view(news.consultation, facts.on)
    title = _sentence(_("Så påverkade synpunkterna förslaget till {title}"), title=view.title.html)
    return EventText(title, [view.until, _excerpt(view.outcome)])


_TEXTS: dict[News.Kind, Callable[[News, Facts], EventText]] = {
    Kind.SIGNED: _signed,
    Kind.IN_FORCE: _in_force,
    Kind.REPLACED: _replaced,
    Kind.PROLONGED: _prolonged,
    Kind.ANNULLED: _annulled,
    Kind.ACTIONS: _actions,
    Kind.REPORTED: _reported,
    Kind.FOLLOW_UP: _followed_up,
    Kind.OVERDUE: _overdue,
    Kind.DIALOGUE: _dialogue,
    Kind.HEARD: _heard,
    Kind.CONSULTATION: _consultation,
    Kind.OUTCOME: _outcome,
}


def address_of(news: News) -> str:
    """Return the path of the page that an event is told of in full.

    What it is of is fetched.
    """
    slug = news.municipality.slug
    if news.follow_up is not None:
        meeting_on = news.follow_up.meeting_on
        return reverse("follow_up", args=[slug, _pledge(news).period, meeting_on])
    if news.dialogue is not None:
        return reverse("dialogue", args=[slug, news.dialogue.number])
    if news.consultation is not None:
        row = news.consultation
        return reverse("consultation_round", args=[slug, row.period, row.number])
    if news.commitment is not None:
        return reverse("commitment", args=[slug, _pledge(news).period, news.commitment.number])
    if news.kind == Kind.ACTIONS:
        return reverse("actions", args=[slug, _pledge(news).period])
    return ""
