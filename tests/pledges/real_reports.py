"""Take in the real pledges, and what was really reported of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.conf import settings

from pledges import lifecycle
from pledges.exchange.importing import Outcome, import_pledge
from pledges.exchange.pledge_file import read
from pledges.follow_ups import rules as follow_up_rules
from pledges.models import CompletedAction, FollowUp, Pledge, PledgeAnnex
from tests.builders import A_PDF, an_action, sign

FILES = sorted((settings.BASE_DIR / "tests" / "pledges" / "real").glob("*.toml"))


def take_in(content: bytes) -> Pledge:
    """Take in a pledge file as a draft."""
    pledge, outcome = import_pledge(read(content))
    assert outcome == Outcome.NEW
    return pledge


def adopt_and_sign(pledge: Pledge, at: datetime) -> Pledge:
    """Let all sign a draft; what it promises elsewhere is annexed first."""
    if not pledge.commitments.exists():
        PledgeAnnex.store(pledge, A_PDF, title="Åtgärdsplan 2022", pages=1, by=None, at=at)
    lifecycle.adopt(pledge, at, A_PDF + b"0")
    sign(pledge, pledge.signatories.count(), at)
    return Pledge.objects.with_standing().get(pk=pledge.pk)


def in_force(name: str) -> Pledge:
    """Take in the pledge of a file, signed a week before it begins."""
    pledge = take_in(next(file for file in FILES if file.stem == name).read_bytes())
    first = datetime.combine(pledge.valid_from, time(12), UTC)
    return adopt_and_sign(pledge, first - timedelta(days=7))


def done(pledge: Pledge, number: int, first: date, last: date, **fields: Any) -> CompletedAction:
    """Report what was done in some days towards a commitment."""
    commitment = pledge.commitments.select_related("pledge").get(number=number)
    return an_action(commitment, done_on=first, last_day=last, **fields)


def council(
    pledge: Pledge,
    days: tuple[date, date],
    meeting_on: date,
    words: dict[int, str | tuple[str, str]],
) -> FollowUp:
    """Publish what the council said of some commitments, by number.

    With the reason, where one was given. The others are not assessed.
    """
    at = datetime.combine(meeting_on, time(12), UTC)
    first_day, last_day = days
    follow_up = follow_up_rules.open_follow_up(
        pledge, first_day=first_day, last_day=last_day, meeting_on=meeting_on, by=None, at=at
    )
    for number, word in words.items():
        verdict, reason = (word, "") if isinstance(word, str) else word
        assessment = follow_up.assessments.get(commitment__number=number)
        texts = dict.fromkeys(follow_up_rules.TEXTS, "") | {"verdict": verdict, "reason": reason}
        follow_up_rules.assess(assessment, texts, version=1)
    follow_up_rules.leave_the_rest(follow_up)
    follow_up_rules.submit(follow_up, at)
    follow_up = FollowUp.objects.select_related("pledge__police_area").get(pk=follow_up.pk)
    for party in follow_up_rules.awaited_parties(follow_up):
        digest = follow_up_rules.content_digest(follow_up)
        follow_up_rules.approve(follow_up, party, digest=digest, by=None, at=at)
    return follow_up_rules.publish(follow_up, at)


def texts_in(contents: Any) -> Iterator[str]:
    """Yield every text of a pledge file."""
    if isinstance(contents, str):
        yield contents
    elif isinstance(contents, dict | list):
        for part in contents.values() if isinstance(contents, dict) else contents:
            yield from texts_in(part)
