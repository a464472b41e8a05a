"""A new pledge takes over at midnight, Swedish time, on every page.

At once, with nobody there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from html import unescape

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from pytest_django.fixtures import Settings

from pledge_portal.pages.addresses import STAFF_DOORS
from pledges.documents.permanent import short_name
from pledges.models import Pledge
from tests.builders import a_comment, a_dialogue, a_follow_up, a_pledge, an_action

pytestmark = pytest.mark.django_db

# Winter time in Stockholm is an hour before UTC: midnight between 28 February and 1 March.
BEFORE = datetime(2026, 2, 28, 22, 59, 59, tzinfo=UTC)
AFTER = datetime(2026, 2, 28, 23, 0, 1, tzinfo=UTC)
# Their hidden fields are drawn anew each time, so they are no pages that could be kept.
FORMS = re.compile(r"/(kommentera|svara|anmal|fel-pa-sidan)/(\?|$)")
# Made when it is asked for, with the moment written in it.
MADE_NOW = re.compile(r"/statistik\.pdf$")
SHEETS = re.compile(r"/(affisch-a[34]|flygblad)\.pdf$")
OLD, NEW = "/alvsbyn/2023-2025/", "/alvsbyn/2026-2028/"


@pytest.fixture
def succession(settings: Settings) -> Pledge:
    """Return the signed successor, from 1 March, of a pledge held over."""
    settings.PUBLIC_PAGES_MB = 200
    settings.PUBLIC_PAGE_CHECK_SECONDS = 0
    with time_machine.travel(datetime(2026, 2, 1, tzinfo=UTC), tick=False):
        old = a_pledge(document=b"%PDF-1.7 the old one")
        an_action(old.commitments.get(number=1))
        a_follow_up(old)
        a_comment(old)
        a_dialogue()
        return a_pledge(
            period="2026-2028",
            valid_from=date(2026, 3, 1),
            valid_to=date(2028, 12, 31),
            document=b"%PDF-1.7 the new one",
        )


def read_all(client: Client, successor: Pledge) -> dict[str, HttpResponse]:
    """Return the answer of every public address that a reader can get to.

    Or a search engine.
    """
    waiting = ["/", "/en/", "/sitemap.xml", f"/d/{short_name(successor.uid)}/"]
    answers: dict[str, HttpResponse] = {}
    while waiting:
        address = waiting.pop()
        if address in answers or address.startswith((*STAFF_DOORS, "/static/")):
            continue
        answers[address] = answer = client.get(address)
        waiting += links(address, answer)
    return answers


def links(address: str, answer: HttpResponse) -> Iterator[str]:
    """Yield the portal's own addresses that an answer leads to."""
    if answer.status_code in {301, 302}:
        yield answer.headers["Location"]
    if not answer.headers.get("Content-Type", "").startswith(("text/html", "application/xml")):
        return
    text = answer.content.decode()
    for link in re.findall(r'(?:href|action)="([^"#]+)', text) + re.findall("<loc>([^<]+)", text):
        whole = unescape(link).removeprefix("http://127.0.0.1:8000")
        if whole.startswith("?"):
            whole = address.partition("?")[0] + whole
        # Every page leads to one form, which is read once.
        whole = re.sub(r"(?<=/fel-pa-sidan/)\?.*", "", whole)
        if whole.startswith("/"):
            yield whole


def states(answers: dict[str, HttpResponse]) -> dict[str, set[str]]:
    """Return the states of pledges that each page shows.

    Of those that show any.
    """
    return {
        address: states_of_pages
        for address, answer in answers.items()
        if answer.headers.get("Content-Type", "").startswith("text/html")
        if (
            states_of_pages := set(
                re.findall(r'"(?:status status|answer answer)-(\w+)"', body(answer))
            )
        )
    }


def body(answer: HttpResponse) -> str:
    return answer.content.decode(errors="replace")


def _taken_out(answers: dict[str, HttpResponse]) -> dict[str, HttpResponse]:
    """Take posters and leaflets out of what was read, and return them."""
    return {a: answers.pop(a) for a in list(answers) if SHEETS.search(a)}


def test_at_midnight_every_page_turns_to_the_new_pledge_at_once(
    succession: Pledge, settings: Settings
) -> None:
    keeping = Client()
    with time_machine.travel(BEFORE, tick=False):
        before = read_all(keeping, succession)
        sheets_before = _taken_out(before)
        # Forms and what is made now differ each time, so they are held against nothing.
        comparable = [a for a in before if not FORMS.search(a) and not MADE_NOW.search(a)]
        again = {address: keeping.get(address) for address in comparable}
    with time_machine.travel(AFTER, tick=False):
        after = {a: keeping.get(a) for a in before if not MADE_NOW.search(a)}
        found_after = read_all(keeping, succession)
        sheets_after = _taken_out(found_after)
        settings.PUBLIC_PAGES_MB = 0
        fresh_client = Client()
        fresh = {address: fresh_client.get(address) for address in comparable}

    assert len(before) > 100
    # The queue has made no document of the statistics yet: its turn comes with the new day too.
    waited_for = {a for a in before if a.endswith(("/statistik/statistik.pdf", ".zip"))}
    assert {before[a].status_code for a in before.keys() - waited_for} <= {200, 301, 302}
    assert {answers[a].status_code for answers in (before, found_after) for a in waited_for} == {
        503
    }
    # Nor the posters, of which the replaced pledge has none any more.
    assert {answer.status_code for answer in [*sheets_before.values(), *sheets_after.values()]} == {
        503
    }
    assert {a for a in sheets_before if a not in sheets_after} == {
        f"{language}{OLD}{name}.pdf"
        for language in ("", "/en")
        for name in ("affisch-a3", "affisch-a4", "flygblad")
    }
    assert before.keys() == found_after.keys()
    assert [a for a in comparable if again[a].content != before[a].content] == []
    # What was kept from before midnight is nowhere shown after it.
    assert [a for a in comparable if after[a].content != fresh[a].content] == []
    assert [a for a in comparable if found_after[a].content != fresh[a].content] == []

    # One answer everywhere: two pledges, each in one state.
    old_and_new = {"held_over", "signed"}, {"replaced", "in_force"}
    for states_of_pages, expected in zip((states(before), states(after)), old_and_new, strict=True):
        assert {state for of_page in states_of_pages.values() for state in of_page} == expected
        assert {"/alvsbyn/loften/", "/en/alvsbyn/loften/", "/alvsbyn/"} <= states_of_pages.keys()
    for address, state_before, state_after in (
        (OLD, "held_over", "replaced"),
        (NEW, "signed", "in_force"),
        (f"/en{OLD}", "held_over", "replaced"),
        (f"/en{NEW}", "signed", "in_force"),
    ):
        assert states(before)[address] == {state_before}
        assert states(after)[address] == {state_after}
    documents = [a for a in states(before) if "/dokument/" in a]
    assert len([a for a in documents if states(before)[a] == {"signed"}]) == 2
    assert all(states(after)[a] != states(before)[a] for a in documents)
    sentences = ("Sedan tar ett nytt löfte över", "börjar gälla den"), ("tog ett nytt löfte över",)
    for answers, (expected_words, not_said) in ((before, sentences), (after, sentences[::-1])):
        assert any(words in body(answer) for answer in answers.values() for words in expected_words)
        wrong = [a for a in answers for words in not_said if words in body(answers[a])]
        assert wrong == []


def test_the_signed_files_are_the_same_before_and_after(succession: Pledge) -> None:
    client = Client()
    address = f"{OLD}medborgarlofte.pdf"
    with time_machine.travel(BEFORE, tick=False):
        before = client.get(address)
    with time_machine.travel(AFTER, tick=False):
        after = client.get(address, headers={"If-None-Match": before.headers["ETag"]})
        assert client.get(address).content == before.content
    assert after.status_code == 304


def test_a_browser_that_has_the_page_from_before_midnight_gets_the_new_one(
    succession: Pledge,
) -> None:
    client = Client()
    with time_machine.travel(BEFORE, tick=False):
        etag = client.get("/alvsbyn/").headers["ETag"]
        assert client.get("/alvsbyn/", headers={"If-None-Match": etag}).status_code == 304
    with time_machine.travel(AFTER, tick=False):
        answer = client.get("/alvsbyn/", headers={"If-None-Match": etag})
    assert answer.status_code == 200
    assert f'href="{NEW}"' in body(answer)
