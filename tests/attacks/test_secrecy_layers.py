"""Nothing secret leaves a trace in public, with either of two layers.

The attacker reads every public address before and after staff have recorded secret things. If a
single byte or header differs, something has leaked: a number, an order, a time, a size.
"""

from __future__ import annotations

import io
import os
import zipfile
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.db.models import F
from django.test import Client
from django.utils import timezone
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from dialogues.calendar import rules as calendar_rules
from dialogues.comments import complaints
from dialogues.models import Comment, CommentSender, Dialogue, Theme
from dialogues.moderation import rules as moderation_rules
from dialogues.thread import rules as thread_rules
from news import rules as news_rules
from news.events import make_news
from pledge_portal.accounts.models import User
from pledge_portal.database.acting import as_public
from pledges import lifecycle
from pledges.actions import action_disclosure, recording
from pledges.follow_ups import rules as follow_up_rules
from pledges.models import (
    Area,
    Commitment,
    CompletedAction,
    FocusArea,
    Indicator,
    IndicatorLink,
    InternalNote,
    Municipality,
    Observation,
    Pledge,
    Section,
    StatisticsImport,
    SurveyCount,
    SurveyGroup,
    SurveyRound,
)
from pledges.open_data.archive import write_archive
from pledges.open_data.resource import resources
from pledges.statistics.areas import ensure_areas
from pledges.surveys import publishing
from pledges.targets import Period, period_at
from pledges.writing import editing
from pledges.writing.adoption import approve
from pledges.writing.parts import Part, PartKind, part_of
from pledges.writing.remarking import remark
from tests.builders import (
    SIGNED_AT,
    a_comment,
    a_consultation,
    a_dialogue,
    a_follow_up,
    a_person,
    a_piece_of_news,
    a_place,
    a_pledge,
    a_submission,
    a_survey_round,
    a_theme,
    an_action,
    sign,
    some_sums,
)

pytestmark = pytest.mark.django_db

# SECRET_DEEDS=100 tries as many lots of deeds.
LOTS = int(os.environ.get("SECRET_DEEDS", "3"))
# Which commitments have public actions, where which layer is there; a long run tries all.
WORLDS: list[tuple[str, list[int]]] = [
    ("both", [1]),
    ("database alone", [3, 1, 3, 2]),
    ("querysets alone", []),
]
if "SECRET_DEEDS" in os.environ:
    WORLDS = [(layers, public) for layers, _ in WORLDS for _, public in WORLDS]
SECRET = "HEMLIGT-4711"
OPEN = "OPPET-4712"
PLEDGE = "/alvsbyn/2023-2025/"
SHOWN = UUID("00000000-0000-4000-8000-000000000001")
KEPT_BACK = UUID("00000000-0000-4000-8000-000000000002")
ADDRESSES = [
    "/",
    "/?q=alvsbyn",
    "/alvsbyn/",
    PLEDGE,
    f"{PLEDGE}?x=1",
    f"{PLEDGE}insatser/",
    f"{PLEDGE}insatser/?atagande=1",
    f"{PLEDGE}insatser/?atagande=2",
    f"{PLEDGE}insatser/?sida=2",
    f"{PLEDGE}insatser.atom",
    f"{PLEDGE}ataganden/1/",
    f"{PLEDGE}ataganden/2/",
    f"{PLEDGE}ataganden/3/",
    f"{PLEDGE}uppfoljningar/",
    f"{PLEDGE}uppfoljningar/2025-02-12/",
    f"{PLEDGE}uppfoljningar/2026-09-16/",
    "/alvsbyn/2027-2029/",
    "/alvsbyn/2027-2029/ataganden/1/",
    "/alvsbyn/2027-2029/insatser/",
    "/alvsbyn/2027-2029/uppfoljningar/",
    "/alvsbyn/nyheter/",
    "/alvsbyn/nyheter/?sida=2",
    "/alvsbyn/nyheter/?lofte=2027-2029",
    "/alvsbyn/dialoger/",
    "/alvsbyn/dialoger/1/",
    "/alvsbyn/dialoger/2/",
    "/alvsbyn/dialoger/2/svara/",
    f"{PLEDGE}fran-ord-till-handling/",
    f"{PLEDGE}kommentarer/",
    f"{PLEDGE}kommentarer/?atagande=1",
    f"{PLEDGE}kommentarer/?atagande=2&visa=invandningar",
    f"{PLEDGE}kommentarer/?uppfoljning=2025-02-12",
    f"{PLEDGE}kommentarer/?visa=besvarade&ordning=aldst",
    f"{PLEDGE}kommentarer/?efter={SHOWN}",
    f"{PLEDGE}kommentarer/{SHOWN}/",
    f"{PLEDGE}kommentarer/{KEPT_BACK}/",
    f"{PLEDGE}kommentarer/{KEPT_BACK}/anmal/",
    f"{PLEDGE}kommentera/?svar={KEPT_BACK}",
    "/alvsbyn/2027-2029/kommentarer/",
    "/alvsbyn/2027-2029/kommentera/",
    "/alvsbyn/2027-2029/fran-ord-till-handling/",
    "/alvsbyn/statistik/",
    "/alvsbyn/statistik/drogvanor/",
    "/alvsbyn/statistik/narkotikabrott/",
    f"{PLEDGE}ataganden/4/",
    f"{PLEDGE}diagram/mal.svg",
    "/alvsbyn/2027-2029/diagram/mal.csv",
    "/alvsbyn/statistik/diagram/drogvanor-gymnasiet-2-narkotika.svg",
    "/alvsbyn/statistik/diagram/drogvanor-kon-arskurs-9-narcotics-30-days.csv",
    "/alvsbyn/samrad/",
    "/alvsbyn/samrad/2030-2032/",
    "/alvsbyn/samrad/2030-2032/1/",
    "/alvsbyn/2030-2032/",
    "/finns-inte/",
]
FILES = [
    "/sitemap.xml",
    "/alvsbyn/nyheter.atom",
    "/en/alvsbyn/nyheter.atom",
    "/alvsbyn/dialoger.ics",
    "/alvsbyn/dialoger/1/dialog.ics",
    "/alvsbyn/dialoger/2/dialog.ics",
    f"{PLEDGE}insatser.csv",
    f"{PLEDGE}medborgarlofte.pdf",
    f"{PLEDGE}uppfoljningar/2025-02-12/uppfoljning.pdf",
    f"{PLEDGE}uppfoljningar/2026-09-16/uppfoljning.pdf",
    "/alvsbyn/2027-2029/medborgarlofte.pdf",
    "/alvsbyn/2027-2029/insatser.csv",
    "/alvsbyn/statistik/drogvanor.csv",
    "/alvsbyn/statistik/narkotikabrott/siffror.csv",
    "/oppna-data/",
    "/en/oppna-data/",
    "/oppna-data/katalog.ttl",
    "/api/v1/openapi.json",
    "/api/v1/actions.csv",
    "/api/v1/comments.csv?limit=1",
    "/api/v1/actions.xlsx",
    *(f"/api/v1/{resource.name}.json" for resource in resources()),
]
EVERYTHING = [*ADDRESSES, *(f"/en{address}" for address in ADDRESSES), *FILES]


# What is not read at an address, but made by the queue.
FILE = "oppna-data/alvsbyn.zip"


# Status, body and headers, by address.
Answers = dict[str, tuple[int, bytes, list[tuple[str, str]]]]


def read_all() -> Answers:
    """Return status, body and headers of every public address."""
    client = Client()
    answers = {}
    for address in EVERYTHING:
        response = client.get(address)
        answers[address] = (response.status_code, response.content, sorted(response.items()))
    answers[FILE] = (200, _file_of_open_data(), [])
    return answers


def _file_of_open_data() -> bytes:
    """Return the bytes of the file that the queue makes, made anew."""
    stored = io.BytesIO()
    with as_public():
        place = Municipality.objects.get(slug="alvsbyn")
        write_archive(stored, place, timezone.localdate())
    with zipfile.ZipFile(stored) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


@st.composite
def secret_deeds(draw: st.DrawFn) -> list[tuple[str, int]]:
    """Draw what staff do in secret, and for which commitment."""
    deed = st.sampled_from(list(DEEDS))
    return draw(st.lists(st.tuples(deed, st.integers(1, 3)), min_size=3, max_size=8))


def _an_entry(commitment: Commitment, **fields: Any) -> CompletedAction:
    fields.setdefault("done_on", timezone.localdate() - timedelta(days=700))
    return an_action(commitment, public_note=SECRET, **fields)


def _not_public(commitment: Commitment) -> None:
    _an_entry(commitment, is_public=False)


def _under_embargo(commitment: Commitment) -> None:
    _an_entry(commitment, embargo_until=timezone.localdate() + timedelta(days=1))


def _struck_out(commitment: Commitment) -> None:
    action = _an_entry(commitment)
    recording.strike_out(action, version=1, reason=SECRET, by=None, at=timezone.now())


def _corrected_to_secret(commitment: Commitment) -> None:
    action = _an_entry(commitment)
    fields = {**recording.Entry.from_action(action).stored(), "is_public": False}
    entry = recording.Entry(**fields)
    recording.correct(action, entry, version=1, reason=SECRET, by=None, at=timezone.now())


def _in_a_running_period(commitment: Commitment) -> None:
    """Record a search of this year, or a deed whose term alone is told."""
    day = period_at(Period.TERM, timezone.localdate()).first
    _an_entry(commitment, done_on=day, place=a_place(f"{SECRET} {CompletedAction.objects.count()}"))
    _an_entry(commitment, done_on=day, last_day=day + timedelta(days=3))


def _with_an_internal_note(commitment: Commitment) -> None:
    action = _an_entry(commitment, is_public=False)
    area = commitment.pledge.police_area
    InternalNote.objects.create(action=action, police_area=area, text=SECRET)


def _a_draft_follow_up(commitment: Commitment) -> None:
    pledge = commitment.pledge
    if not pledge.follow_ups.drafts().exists():
        draft = a_follow_up(
            pledge,
            published=False,
            first_day=date(2025, 1, 1),
            last_day=date(2025, 6, 30),
            meeting_on=date(2026, 9, 16),
            reason=SECRET,
            verdict="not_kept",
        )
        follow_up_rules.submit(draft, timezone.now())
        digest = follow_up_rules.content_digest(draft)
        follow_up_rules.approve(
            draft, pledge.police_area, digest=digest, by=None, at=timezone.now()
        )


def _a_draft_pledge(commitment: Commitment) -> None:
    if not Pledge.objects.filter(period="2027-2029").exists():
        draft = a_pledge(signed=1, period="2027-2029", title=SECRET, commitment={"text": SECRET},
                         valid_from=date(2027, 1, 1), valid_to=date(2029, 12, 31))  # fmt: skip
        theme = Theme.objects.get()
        thread_rules.answer_theme(draft, theme, [], {"reason_sv": SECRET, "reason_en": SECRET})
        IndicatorLink.objects.create(
            focus_area=draft.focus_areas.get(), indicator=Indicator.objects.get(), reason=SECRET
        )


def _written_since_it_was_consulted_on(_commitment: Commitment) -> None:
    """Write on in a draft that residents were asked about."""
    draft, at = Pledge.objects.get(period="2030-2032"), timezone.now()
    writer = User.objects.filter(email="s@example.se").first() or a_person("s@example.se")
    for row in [draft.commitments.first(), draft.focus_areas.first(), draft.sections.first()]:
        part = Part(PART_OF[type(row)], row.pk)
        latest = editing.latest_version(draft, at)
        fields = part_of(latest.contents, part) or {}
        words = {
            name: f"{SECRET} {latest.number}"
            for name in fields
            if name in {"text_sv", "text_en", "problem_sv", "heading_sv", "name_sv"}
        }
        editing.save(draft, part, {**fields, **words}, base=latest.number, by=writer, at=at)
        latest = editing.latest_version(draft, at)
        remark(draft, part, latest.contents, quoted=SECRET, text=SECRET, by=writer, at=at)
    approve(draft, draft.police_area, version=latest.number, by=writer, at=at)


def _a_submission(_commitment: Commitment) -> None:
    dialogue = Dialogue.objects.get(number=1)
    answer = {"name": SECRET, "email": f"{SECRET}@example.se", "group": "pupil", "may_quote": True}
    answer["ranked"] = (Theme.objects.get().pk,)
    a_submission(dialogue, f"{SECRET} {dialogue.submissions.count()}", **answer)


def _a_draft_dialogue(_commitment: Commitment) -> None:
    draft = a_dialogue(announced=False, title=SECRET, question=SECRET, place=SECRET)
    a_submission(draft, SECRET)
    calendar_rules.sum_up(draft, {"text_sv": SECRET}, timezone.now(), publishes=False)


def _a_draft_of_what_was_heard(_commitment: Commitment) -> None:
    dialogue = Dialogue.objects.get(number=1)
    calendar_rules.sum_up(dialogue, {"text_sv": SECRET}, timezone.now(), publishes=False)


def _a_comment_that(about: Commitment, **fields: Any) -> Comment:
    is_there = Comment.objects.filter(uid=KEPT_BACK).exists()
    number = Comment.objects.count()
    uid = {} if is_there else {"uid": KEPT_BACK}
    return a_comment(about.pledge, f"{SECRET} {number}", shown=False, name=SECRET, **uid, **fields)


def _a_comment_that_waits(commitment: Commitment) -> None:
    row = _a_comment_that(commitment, commitment=commitment)
    CommentSender.objects.filter(comment=row).update(email=f"{SECRET}@example.se")


def _a_reply_that_waits(commitment: Commitment) -> None:
    _a_comment_that(commitment, parent=Comment.objects.get(uid=SHOWN))


def _an_objection_that_waits(commitment: Commitment) -> None:
    report = commitment.pledge.follow_ups.get(meeting_on=date(2025, 2, 12))
    _a_comment_that(commitment, commitment=commitment, follow_up=report, is_objection=True)


def _a_comment_that_was_hidden(commitment: Commitment) -> None:
    """With a reply and an official answer, which went too."""
    row = _a_comment_that(commitment)
    shown = {"state": "published", "published_at": timezone.now(), "awaits": ""}
    Comment.objects.filter(pk=row.pk).update(**shown, awaits_since=None)
    reply = a_comment(commitment.pledge, SECRET, parent=row)
    at = timezone.now()
    answer = moderation_rules.answer(row, SECRET, commitment.pledge.police_area, by=None, at=at)
    moderator = User.objects.filter(email="m@example.se").first() or a_person("m@example.se")
    moderation_rules.decide(row, shows=False, by=moderator, at=timezone.now(), read=row.text,
                      reason="spam", note=SECRET)  # fmt: skip
    moderation_rules.decide(reply, shows=False, by=moderator, at=at, read=SECRET, reason="spam")
    moderation_rules.withdraw_answer(answer, by=moderator, at=at)


def _a_comment_taken_back(commitment: Commitment) -> None:
    row = _a_comment_that(commitment)
    Comment.objects.filter(pk=row.pk).update(
        state="withdrawn", awaits="", awaits_since=None, published_at=timezone.now()
    )


def _a_report(_commitment: Commitment) -> None:
    shown = Comment.objects.get(uid=SHOWN)
    complaints.report(shown, "spam", SECRET, uuid4(), timezone.now())


def _a_survey_that_is_not_published(commitment: Commitment) -> None:
    if not SurveyRound.objects.filter(grade="upper_2", school_year=2024).exists():
        surveying = commitment.pledge.commitments.get(number=4)
        a_survey_round(surveying, grade="upper_2", note=SECRET, instrument=SECRET)


def _sums_changed_since_they_were_published(_commitment: Commitment) -> None:
    """Change sums, hidden and shown, without publishing them again."""
    SurveyCount.objects.filter(measure="narcotics_30_days").update(yes=F("yes") + 1)
    SurveyGroup.objects.filter(group="other").update(answered=F("answered") + 1)
    SurveyRound.objects.filter(grade="grade_9").update(note=SECRET, instrument=SECRET)


def _a_survey_taken_back(commitment: Commitment) -> None:
    """Told of for a moment, and no longer."""
    surveying, at = commitment.pledge.commitments.get(number=4), timezone.now()
    year = 1991 + SurveyRound.objects.count()
    survey_round = a_survey_round(surveying, grade="upper_2", school_year=year, note=SECRET)
    publishing.publish(survey_round, reason="", by=None, at=at, today=timezone.localdate(at))
    publishing.withdraw(survey_round, reason=SECRET, by=None, at=at)


def _a_draft_of_news(commitment: Commitment) -> None:
    a_piece_of_news(published=False, title_sv=SECRET, pledge=commitment.pledge)


def _news_taken_back(commitment: Commitment) -> None:
    news = a_piece_of_news(title_sv=SECRET, text_sv=SECRET, pledge=commitment.pledge)
    news_rules.take_back(news, "Fel", by=None, at=timezone.now())


DEEDS = {
    deed.__name__: deed
    for deed in (
        _not_public,
        _under_embargo,
        _struck_out,
        _corrected_to_secret,
        _in_a_running_period,
        _with_an_internal_note,
        _a_draft_follow_up,
        _a_draft_pledge,
        _written_since_it_was_consulted_on,
        _a_submission,
        _a_draft_dialogue,
        _a_draft_of_what_was_heard,
        _a_comment_that_waits,
        _a_reply_that_waits,
        _an_objection_that_waits,
        _a_comment_that_was_hidden,
        _a_comment_taken_back,
        _a_report,
        _a_survey_that_is_not_published,
        _sums_changed_since_they_were_published,
        _a_survey_taken_back,
        _a_draft_of_news,
        _news_taken_back,
    )
}
PART_OF = {
    Commitment: PartKind.COMMITMENT,
    FocusArea: PartKind.FOCUS_AREA,
    Section: PartKind.SECTION,
}
KINDS = ["drug_dog_search", "cooperation", "other", "drug_habit_survey"]


def _a_public_world(public: list[int]) -> dict[int, Commitment]:
    pledge = a_pledge(commitments=4, signed=False)
    for number, kind in enumerate(KINDS, start=1):
        pledge.commitments.filter(number=number).update(kind=kind)
    lifecycle.adopt(pledge, SIGNED_AT, b"0")
    sign(pledge, 2)
    rows = {
        commitment.number: commitment
        for commitment in pledge.commitments.select_related("pledge__police_area")
    }
    for number in public:
        an_action(rows[number], public_note=OPEN, done_on=date(2024, 4, 3))
    a_follow_up(pledge)
    a_dialogue(begins_at=SIGNED_AT)
    thread_rules.answer_theme(pledge, a_theme(), pledge.commitments.filter(number=1), {})
    a_comment(pledge, OPEN, uid=SHOWN, commitment=rows[1])
    _public_figures(rows[4])
    _a_consulted_draft()
    make_news(timezone.localdate())
    return rows


def _a_consulted_draft() -> None:
    days = {"valid_from": date(2030, 1, 1), "valid_to": date(2032, 12, 31)}
    a_consultation(a_pledge(signed=False, period="2030-2032", **days))


def _public_figures(surveying: Commitment) -> None:
    """Publish a survey that hides something, and tie an indicator."""
    few = {"narcotics_30_days": {"girls": 3, "boys": 4}}
    published_round = a_survey_round(surveying, sums=some_sums(**few))
    publishing.publish(
        published_round, reason="", by=None, at=timezone.now(), today=timezone.localdate()
    )
    ensure_areas()
    offences = Indicator.objects.create(
        key="narkotikabrott", kind="reported_offences", unit="count", name_sv="Narkotikabrott",
        source="Brå", source_code="narkotikabrott",
    )  # fmt: skip
    file = StatisticsImport.objects.create(
        file_name="fil.csv", format="plain", imported_at=timezone.now()
    )
    for year in (2021, 2024):
        Observation.objects.create(
            indicator=offences, area=Area.objects.get(code="2560"), period="year",
            begins=date(year, 1, 1), value=12, imported_in=file,
        )  # fmt: skip
    IndicatorLink.objects.create(
        focus_area=surveying.focus_area, commitment=surveying, indicator=offences
    )


@pytest.mark.parametrize(("layers", "public"), WORLDS, indirect=["layers"])
def test_secret_deeds_change_no_byte_of_what_the_public_reads(
    layers: str, public: list[int], settings: Any
) -> None:
    settings.PUBLIC_PAGES_MB = 0
    rows = _a_public_world(public)
    # By the commitments that are told of by the term alone.
    read_before: dict[frozenset[int], Answers] = {}

    @hypothesis_settings(max_examples=LOTS)
    @example(deeds=[("_written_since_it_was_consulted_on", 1)])
    @given(deeds=secret_deeds())
    def change_no_byte(deeds: list[tuple[str, int]]) -> None:
        with transaction.atomic():
            # What is told of by the term alone was so before anything secret was done.
            by_term = frozenset(number for name, number in deeds if name == "_in_a_running_period")
            for number in by_term:
                _disclosed_by_term(rows[number])
            if by_term not in read_before:
                read_before[by_term] = read_all()
            before = read_before[by_term]
            for name, number in deeds:
                DEEDS[name](rows[number])
            # News is made of what happens, and is read too.
            make_news(timezone.localdate())
            after = read_all()
            differing = [
                address for address in (*EVERYTHING, FILE) if before[address] != after[address]
            ]
            assert not differing
            assert not [a for a in (*EVERYTHING, FILE) if SECRET.encode() in after[a][1]]
            assert (OPEN.encode() in after[f"{PLEDGE}insatser.csv"][1]) == bool(public)
            transaction.set_rollback(True)
        for row in rows.values():
            row.refresh_from_db()

    change_no_byte()


def _disclosed_by_term(commitment: Commitment) -> None:
    action_disclosure.disclose(
        commitment,
        place_detail="municipality",
        date_detail="term",
        embargo_days=0,
        shows_search_outcome=False,
    )


def test_the_attacker_sees_what_is_not_kept_back(settings: Any) -> None:
    """Show that the test above can fail: with both layers away it does."""
    settings.PUBLIC_PAGES_MB = 0
    rows = _a_public_world([1])
    before = read_all()
    _an_entry(rows[2])
    make_news(timezone.localdate())
    after = read_all()
    assert before["/alvsbyn/nyheter.atom"] != after["/alvsbyn/nyheter.atom"]
    assert before[f"{PLEDGE}insatser/"] != after[f"{PLEDGE}insatser/"]
    assert SECRET.encode() in after[f"{PLEDGE}insatser.atom"][1]
    assert SECRET.encode() in after["/api/v1/actions.json"][1]
    assert SECRET.encode() in after[FILE][1]
