"""Nothing untrue is said, whatever is promised, done, closed and assessed.

For random pledges everything public is read, as people and machines do, and held against what
really happened: no verdict without evidence, nothing secret before its time, one number everywhere.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from html import unescape
from itertools import chain

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pledge_portal.pages.refusals import Refused
from pledges import lifecycle
from pledges.actions.recording import faults
from pledges.closings import rules as closing_rules
from pledges.closings.periods import accounted_periods
from pledges.closings.responsible import responsible_for
from pledges.decided import Decision
from pledges.decisions.prolonging import prolong
from pledges.documents.pledge_html import html_of
from pledges.follow_ups import document
from pledges.follow_ups.document import follow_up_pdf
from pledges.lifecycle import standing
from pledges.models import Commitment, FollowUp, Pledge
from pledges.progress import Verdict
from pledges.statistics import document as statistics_document
from pledges.targets import Period, Shape, Target, period_at
from tests.builders import A_PDF, SIGNED_AT, a_pledge, an_action, an_entry, sign
from tests.pages.conftest import Reader
from tests.pledges.real_reports import council
from tests.pledges.test_progress import FROM, TO, targets

pytestmark = pytest.mark.django_db

# WORLDS_TRIED=200 tries as many.
TRIED = int(os.environ.get("WORLDS_TRIED", "4"))
OPEN, SECRET = 1, 2
PLEDGE = "/alvsbyn/2023-2025/"
PAGES = [
    "/alvsbyn/",
    "/alvsbyn/loften/",
    "/alvsbyn/statistik/",
    PLEDGE,
    f"{PLEDGE}ataganden/{OPEN}/",
    f"{PLEDGE}ataganden/{SECRET}/",
    f"{PLEDGE}insatser/",
    f"{PLEDGE}insatser/?atagande={OPEN}",
    f"{PLEDGE}insatser/?atagande={SECRET}",
    f"{PLEDGE}insatser.atom",
    f"{PLEDGE}uppfoljningar/",
    f"{PLEDGE}diagram/mal.csv",
    f"{PLEDGE}diagram/uppfoljningar.csv",
]
IN_ENGLISH = [
    PLEDGE,
    f"{PLEDGE}ataganden/{OPEN}/",
    f"{PLEDGE}ataganden/{SECRET}/",
    f"{PLEDGE}uppfoljningar/",
    f"{PLEDGE}diagram/mal.csv",
]
ACTIONS_FILE = f"{PLEDGE}insatser.csv"
STATISTICS = "/alvsbyn/statistik/statistik.pdf"
# The signed document is made once; here it is made anew of what is there.
SIGNED = f"{PLEDGE}medborgarlofte.pdf"
MARKS = set(Verdict.values)
# What the portal's own voice says of a promise that is missed, and of one that is kept.
MISSED_WORDS = re.compile(
    r"nåddes inte|inte nått|delvis nått|(?:är|var) inte gjort"
    r"|not reached|reached (?:only|the target) in part|(?:is|was) not done"
)
KEPT_WORDS = re.compile(
    r"Målet är nått|har nått målet|Målet nåddes under|Det är gjort|målet nått"
    r"|The target is reached\b(?! only)|ha(?:s|ve) reached the target\b(?! in)|It is done"
)


@dataclass
class World:
    """What has happened to a pledge until a day.

    By commitment: the `done` actions with their days and amounts, the `closed` days, the days on
    which somebody went without (`unmet`), and whether anything went as it was `meant` to.
    """

    pledge: Pledge
    today: date
    done: dict[int, list[tuple[date, date, int]]] = field(default_factory=lambda: defaultdict(list))
    closed: dict[int, set[date]] = field(default_factory=lambda: defaultdict(set))
    unmet: dict[int, list[tuple[date, date]]] = field(default_factory=lambda: defaultdict(list))
    meant: set[int] = field(default_factory=set)

    def commitment(self, number: int) -> Commitment:
        pledges = Pledge.objects.with_standing().prefetch_related("commitments")
        pledge = pledges.get(pk=self.pledge.pk)
        return next(row for row in pledge.commitments.all() if row.number == number)

    def close(self, number: int, first: date, last: date) -> None:
        self.closed[number] |= set(days_between(first, last))

    def is_closed(self, number: int, first: date, last: date) -> bool:
        return last < self.today and self.closed[number] >= set(days_between(first, last))

    def is_kept(self, number: int, target: Target) -> bool:
        """Return whether there is any deed to call a promise kept by."""
        if target.shape == Shape.DONE:
            return number in self.meant
        return bool(self.done[number]) or bool(target.at_most and self.closed[number])

    @property
    def end(self) -> date:
        """The last day that is planned today."""
        return standing(
            Pledge.objects.with_standing().get(pk=self.pledge.pk), self.today
        ).planned_end

    def amount(self, number: int, first: date = date.min, last: date = date.max) -> int:
        done = self.done[number]
        return sum(n for begins, ends, n in done if first <= begins and ends <= last)


def days_between(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


@dataclass(frozen=True)
class Deed:
    """That something is done towards a commitment, and recorded."""

    number: int
    first: date
    days: int
    amount: int
    unmet: int
    lag: int
    is_partly: bool

    @property
    def last(self) -> date:
        return self.first + timedelta(days=self.days)

    @property
    def on(self) -> date:
        return self.last + timedelta(days=self.lag)

    def happen(self, world: World) -> None:
        commitment = world.commitment(self.number)
        shape = commitment.target.shape
        fields = {
            "done_on": self.first,
            "last_day": self.last if self.days else None,
            "amount": self.amount,
            "requests": self.amount + self.unmet if shape == Shape.ON_DEMAND else None,
            "outcome": "partly" if self.is_partly else "as_planned",
        }
        if faults(an_entry(commitment, **fields), self.on):
            return
        an_action(commitment, recorded_on=self.on, **fields)
        world.done[self.number].append((self.first, self.last, self.amount))
        if self.unmet:
            world.unmet[self.number].append((self.first, self.last))
        if not self.is_partly:
            world.meant.add(self.number)


@dataclass(frozen=True)
class PeriodDone:
    """That the police say that all they did in a period is reported."""

    number: int
    period: int
    on: date

    def happen(self, world: World) -> None:
        commitment = world.commitment(self.number)
        periods = accounted_periods(commitment.target, standing(commitment.pledge, self.on))
        over = [period for period in periods if period.last < self.on]
        if not over:
            return
        period = over[self.period % len(over)]
        try:
            closing_rules.close(
                commitment,
                period.first,
                responsible_for(commitment),
                commitment.pledge.police_area,
                by=None,
                at=noon(self.on),
            )
        except Refused:
            return
        world.close(self.number, period.first, period.last)


@dataclass(frozen=True)
class Meeting:
    """That the council assesses some of the commitments, and publishes it."""

    first: date
    days: int
    lag: int
    verdicts: tuple[str, str]

    @property
    def last(self) -> date:
        return self.first + timedelta(days=self.days)

    @property
    def on(self) -> date:
        return self.last + timedelta(days=self.lag)

    def happen(self, world: World) -> None:
        reasons = dict.fromkeys(("partly_kept", "not_kept", "not_started"), "Skäl")
        words = {
            number: (verdict, reasons.get(verdict, ""))
            for number, verdict in zip((OPEN, SECRET), self.verdicts, strict=True)
            if verdict
        }
        # Of a secret kind nothing is said while its period runs.
        for numbers in (words, words.keys() - {SECRET}):
            some = {number: words[number] for number in numbers}
            try:
                with transaction.atomic():
                    council(world.pledge, (self.first, self.last), self.on, some)
            except Refused:
                continue
            for number in some:
                world.close(number, self.first, min(self.last, self.on - timedelta(days=1)))
            return


@dataclass(frozen=True)
class Turn:
    """That the pledge is annulled, replaced or prolonged.

    Or to be replaced by one that is annulled at once. From `first`, decided `on` a day.
    """

    kind: str
    first: date
    on: date

    def happen(self, world: World) -> None:
        try:
            with transaction.atomic():
                self._happen(world.pledge)
        except Refused:
            return

    def _happen(self, pledge: Pledge) -> None:
        if self.kind == "annulled":
            lifecycle.annul(pledge, self.first, "Fel text.", on=self.on)
        elif self.kind == "prolonged":
            decision = Decision(self.on, "Rådet")
            prolong(pledge, valid_to=self.first, decision=decision, reason="Skäl", by=None,
                    at=noon(self.on))  # fmt: skip
        else:
            last = date(self.first.year + 3, 12, 31)
            next_one = a_pledge(period="2030-2033", valid_from=self.first, valid_to=last,
                                commitments=1, signed_at=noon(self.on))  # fmt: skip
            if self.kind == "never replaced":
                lifecycle.annul(next_one, self.first, "Fel text.", on=self.on)


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


_numbers = st.sampled_from([OPEN, SECRET])
_days = st.dates(FROM, date(2026, 9, 30))
_deeds = st.builds(
    Deed,
    number=_numbers,
    first=_days,
    days=st.sampled_from([0, 0, 0, 5, 30, 90]),
    amount=st.integers(1, 6),
    unmet=st.integers(0, 1),
    lag=st.sampled_from([0, 1, 30, 400]),
    is_partly=st.sampled_from([False, False, True]),
)
_periods_done = st.builds(PeriodDone, number=_numbers, period=st.integers(0, 5), on=_days)
_verdicts = st.sampled_from(["kept", "partly_kept", "not_kept", "under_way", "not_started", ""])
_meetings = st.builds(
    Meeting,
    first=st.sampled_from([FROM, date(2023, 7, 1), date(2024, 1, 1), date(2025, 1, 1), TO]),
    days=st.sampled_from([100, 180, 364, 365, 730, 1095]),
    lag=st.integers(0, 60),
    verdicts=st.tuples(_verdicts, _verdicts),
)
_turns = st.builds(
    Turn,
    kind=st.sampled_from(["annulled", "replaced", "never replaced", "prolonged"]),
    first=st.sampled_from([FROM, date(2024, 3, 1), date(2025, 7, 1), date(2026, 6, 30)]),
    on=st.dates(date(2022, 12, 20), date(2026, 9, 30)),
)
_targets = st.one_of(targets, st.just(Target(Shape.ON_DEMAND, within_days=7)))
_events = st.tuples(
    st.lists(_deeds, max_size=8),
    st.lists(_periods_done, max_size=5),
    st.lists(_meetings, max_size=3, unique_by=lambda meeting: meeting.on),
    st.lists(_turns, max_size=1),
)


def fields_of(target: Target) -> dict[str, object]:
    return {
        "target_shape": target.shape.value,
        "target_amount": target.amount,
        "target_period": target.period.value if target.period else "",
        "target_at_least": target.at_least,
        "target_at_most": target.at_most,
        "target_of": target.of,
        "target_first": target.first,
        "target_last": target.last,
        "target_every_year": target.every_year,
        "target_within_days": target.within_days,
        "target_unit": target.unit or "kontroller",
        "target_unit_en": target.unit or "checks",
    }


def a_world(both: tuple[Target, Target], until_replaced: bool, today: date) -> World:
    pledge = a_pledge(signed=False, until_replaced=until_replaced, commitments=2)
    for number, target in zip((OPEN, SECRET), both, strict=True):
        kind = "drug_dog_search" if number == SECRET else "other"
        pledge.commitments.filter(number=number).update(kind=kind, **fields_of(target))
    lifecycle.adopt(pledge, SIGNED_AT, A_PDF + b"0")
    sign(pledge, pledge.signatories.count())
    return World(Pledge.objects.get(), today)


# What is read


def read_all(reader: Reader) -> dict[str, str]:
    """Return every public page and file by its address, and each PDF as HTML."""
    follow_ups = list(FollowUp.objects.public().select_related("pledge__police_area"))
    of_meetings = [f"{PLEDGE}uppfoljningar/{row.meeting_on}/" for row in follow_ups]
    in_english = [f"/en{address}" for address in IN_ENGLISH]
    public = {
        address: reader.get(address).content.decode("utf-8-sig")
        for address in [*PAGES, *of_meetings, *in_english, ACTIONS_FILE, STATISTICS]
    }
    for row, address in zip(follow_ups, of_meetings, strict=True):
        public[f"{address}uppfoljning.pdf"] = follow_up_pdf(row, timezone.now()).decode()
    pledge = Pledge.objects.with_standing().get(period="2023-2025")
    public[SIGNED] = html_of(pledge, SIGNED_AT)
    return public


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<svg.*?</svg>|<[^>]+>", " ", html, flags=re.DOTALL)).split())


def voices(page: str) -> list[list[tuple[str, str]]]:
    """Return (mark, label) of each voice of each promise on a page."""
    return [
        re.findall(r'class="attained attained-(\w+)">.*?<span>(.*?)</span>', both, re.DOTALL)
        for both in re.findall(r'<dl class="facts voices">(.*?)</dl>', page, re.DOTALL)
    ]


def periods(page: str) -> list[tuple[date, date, str, str]]:
    """Return days, mark and words of each period on an English page."""
    rows = re.findall(
        r'<tbody>\s*<tr><th scope="row">(.*?)</th>.*?class="attained attained-(\w+)">(.*?)</tbody>',
        (re.findall(r'<table class="period-table">(.*?)</table>', page, re.DOTALL) or [""])[0],
        re.DOTALL,
    )
    return [(*days_in(days), mark, words(sentence)) for days, mark, sentence in rows]


def days_in(html: str) -> tuple[date, date]:
    """Return the days of a period, which it names unless it is a year."""
    if year := re.fullmatch(r"\d{4}", words(html)):
        return date(int(year[0]), 1, 1), date(int(year[0]), 12, 31)
    first, last = re.findall(r"\d+ [A-Z]\w+ \d{4}", words(html))[:2]
    return tuple(datetime.strptime(day, "%d %B %Y").date() for day in (first, last))


def table(html: str, caption: str) -> list[list[str]]:
    """Return the cells of the table whose caption begins so."""
    tables = re.findall(r"<table>.*?</table>", html, re.DOTALL)
    [match] = [one for one in tables if f">{caption}" in one]
    rows = re.findall(r"<tr>(.*?)</tr>", match, re.DOTALL)
    return [[words(cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row)] for row in rows]


def csv_rows(content: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content), delimiter=";"))


# What is held against it


def check_evidence(world: World, public: dict[str, str], number: int, target: Target) -> None:
    """Find no missed promise without a closing, nor one kept without a deed."""
    address = f"{PLEDGE}ataganden/{number}/"
    pages = [public[address], public[f"/en{address}"]]
    [[(mark, _label), *_council]], [[(english_mark, _), *_]] = map(voices, pages)
    assert mark == english_mark
    by_periods = periods(pages[1])
    for first, last, of_period, sentence in by_periods:
        assert of_period in MARKS, sentence
        if of_period in {"missed", "partly"}:
            assert world.is_closed(number, first, last), sentence
        if of_period == "reached" and not target.at_most:
            assert world.amount(number, first, last), sentence
        if of_period == "reached" and target.at_most:
            assert world.is_closed(number, first, last), sentence
        if number == SECRET and target.is_by_periods and last >= world.today:
            assert of_period in {"hidden", "upcoming"}, sentence
    marks = {of_period for _first, _last, of_period, _sentence in by_periods}
    if mark in {"missed", "partly"}:
        is_settled = target.within_days is not None and any(
            world.is_closed(number, *days) for days in world.unmet[number]
        )
        assert {"missed", "partly"} & marks or is_settled or is_all_closed(world, number, target)
    if mark == "reached":
        assert "reached" in marks or world.is_kept(number, target)
    if not world.closed[number]:
        assert not [page for page in pages if MISSED_WORDS.search(words(page))]
    if not world.is_kept(number, target):
        assert not [page for page in pages if KEPT_WORDS.search(words(page))]
    everything = [words(page) for page in public.values()]
    if not any(world.closed.values()):
        assert not [page for page in everything if MISSED_WORDS.search(page)]


def is_all_closed(world: World, number: int, target: Target) -> bool:
    """Return whether a time that has no periods of its own is closed."""
    if target.period == Period.MONTH:
        starts = {day.replace(day=1) for day in world.closed[number]}
        months = [period_at(Period.MONTH, start) for start in starts]
        return any(world.is_closed(number, month.first, month.last) for month in months)
    return world.is_closed(number, FROM, target.last or world.end)


def check_numbers(world: World, public: dict[str, str], both: tuple[Target, Target]) -> None:
    """Find the same words and numbers on every page and in every file."""
    for language in ("", "/en"):
        pages = {address: public[f"{language}{address}"] for address in IN_ENGLISH}
        in_short = voices(pages[PLEDGE])
        in_figures = csv_rows(pages[f"{PLEDGE}diagram/mal.csv"])
        drawn = table(pages[f"{PLEDGE}uppfoljningar/"], in_title(language))
        for number, target in zip((OPEN, SECRET), both, strict=True):
            [own] = voices(pages[f"{PLEDGE}ataganden/{number}/"])
            assert in_short[number - 1] == own
            if not language:
                assert voices(public[f"{PLEDGE}insatser/?atagande={number}"]) == [own]
            name, done, *_others = in_figures[number]
            assert name.startswith(f"{number}. ")
            assert [words(cell) for cell in drawn[number]][3:] == in_figures[number][3:]
            if own[1:] and len(in_figures[number]) > 4:
                assert in_figures[number][4] == own[1][1]
            if target.period == Period.WHOLE and target.shape == Shape.COUNT and done.isdigit():
                assert int(done) == in_file(public, number)
    feed = words(unescape(public[f"{PLEDGE}insatser.atom"]).partition("<subtitle>")[2])
    for sentence in re.split(r"(?<=\.) ", feed.partition("Genomförda insatser")[0].strip()):
        for address in ("/alvsbyn/", "/alvsbyn/loften/", PLEDGE, f"{PLEDGE}insatser/"):
            if address == "/alvsbyn/" and Pledge.objects.count() > 1:
                continue  # it tells of the pledge that holds today
            assert sentence in words(public[address]), address
    assert in_file(public, OPEN) == world.amount(OPEN)
    for number in (OPEN, SECRET):
        swedish, english = (
            numbers(public[f"{language}{PLEDGE}ataganden/{number}/"]) for language in ("", "/en")
        )
        assert swedish == english


def in_title(language: str) -> str:
    return "Progress against targets" if language else "Gjort mot mål"


def numbers(page: str) -> list[str]:
    """Return the numbers of what is reported on a commitment's page."""
    reported = page.partition('id="framsteg"')[2].partition("</section>")[0]
    return sorted(re.findall(r"\d+", words(reported)))


def in_file(public: dict[str, str], number: int) -> int:
    """Return how much the open file of actions holds for a commitment."""
    heading, *rows = csv_rows(public[ACTIONS_FILE])
    amount = heading.index("antal")
    return sum(int(row[amount]) for row in rows if row[0] == str(number))


def check_documents(public: dict[str, str]) -> None:
    """Find what a follow-up says in its PDF too, with the same chart."""
    for address, html in public.items():
        if not address.endswith("uppfoljning.pdf"):
            continue
        page = public[address.removesuffix("uppfoljning.pdf")]
        figures = re.findall(r"<p><strong>Redovisat:</strong> (.*?)</p>", page)
        in_pdf = re.findall(r'<th scope="row">Redovisat</th><td>(.*?)</td>', html)
        assert [words(cell).split(" Rådet och siffrorna")[0] for cell in in_pdf] == [
            words(figure) for figure in figures
        ]
        assert table(html, "Gjort mot mål") == table(
            public[f"{PLEDGE}uppfoljningar/"], "Gjort mot mål"
        )


def check_turns(world: World, public: dict[str, str]) -> None:
    """Find no word of a successor or a time that never was."""
    at = standing(Pledge.objects.with_standing().get(pk=world.pledge.pk), world.today)
    everything = " ".join(words(page) for page in public.values())
    others = Pledge.objects.with_standing().exclude(pk=world.pledge.pk)
    if not any(not standing(other, world.today).was_never_in_force for other in others):
        assert "nytt löfte tog över" not in everything
        assert "Ett nytt löfte tar över" not in everything
    if at.was_never_in_force:
        assert not KEPT_WORDS.search(words(public[PLEDGE]))
        assert "har inte börjat" not in words(public[PLEDGE])
    signed = words(public[SIGNED])
    assert not MISSED_WORDS.search(signed)
    assert not KEPT_WORDS.search(signed)


def check_secrecy(world: World, reader: Reader, public: dict[str, str]) -> None:
    """Add one of a secret kind in the running period, and see no byte change."""
    commitment = world.commitment(SECRET)
    entry = {
        "done_on": world.today,
        "requests": 3 if commitment.target.shape == Shape.ON_DEMAND else None,
    }
    if faults(an_entry(commitment, **entry), world.today):
        return
    an_action(commitment, recorded_on=world.today, **entry)
    after = read_all(reader)
    assert [address for address in public if public[address] != after[address]] == []


# The worlds that are tried


@settings(
    max_examples=TRIED,
    deadline=None,
    # A world takes a second to read: what fails is told as it was found.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    both=st.tuples(_targets, _targets),
    until_replaced=st.booleans(),
    events=_events,
    # The database refuses what its own clock says is to come.
    today=st.dates(date(2023, 2, 1), date(2026, 10, 31)),
)
def test_no_word_without_evidence_nothing_secret_and_one_number_everywhere(
    reader: Reader,
    monkeypatch: pytest.MonkeyPatch,
    both: tuple[Target, Target],
    until_replaced: bool,
    events: tuple[list[Deed], list[PeriodDone], list[Meeting], list[Turn]],
    today: date,
) -> None:
    for module in (document, statistics_document):
        monkeypatch.setattr(module, "accessible_pdf", lambda html, _identifier: html.encode())
    with transaction.atomic():
        world = a_world(both, until_replaced, today)
        for event in sorted(chain(*events), key=lambda event: event.on):
            if event.on <= today:
                event.happen(world)
        with time_machine.travel(noon(today), tick=False):
            public = read_all(reader)
            for number, target in zip((OPEN, SECRET), both, strict=True):
                check_evidence(world, public, number, target)
            check_numbers(world, public, both)
            check_documents(public)
            check_turns(world, public)
            check_secrecy(world, reader, public)
        transaction.set_rollback(True)
