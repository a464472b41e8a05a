"""Fills a pledge with comments, and times the moderators' queue.

The pledge is the one that `tests.bench.actions` makes. Commitment 7 gets 100 comments and
commitment 8 gets 100,000; 100 wait for a moderator in one municipality and 100,000 in another.
Prints the seconds of a queue's page as JSON. Run in the environment of a served demonstration; what
is there already isn't made again.
"""

import json
import statistics
import sys
import time
import uuid
from datetime import timedelta

import django

django.setup()

from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from dialogues.models import Comment, CommentSender  # noqa: E402
from pledge_portal.accounts.models import Role, User  # noqa: E402
from pledge_portal.database.acting import as_owner  # noqa: E402
from pledge_portal.pages.models import PublicChange  # noqa: E402
from pledges.models import Municipality, Pledge  # noqa: E402
from tests.builders import a_person  # noqa: E402

FEW, MANY = 100, 100_000
QUEUE = "/arbetsyta/granskning/"
ROUNDS = 15


def main() -> None:
    """Make what is lacking, measure, print."""
    pitea, lulea = (Municipality.objects.get(slug=slug) for slug in ("pitea", "lulea"))
    if not Comment.objects.filter(municipality=pitea).exists():
        _make(pitea, lulea)
    few, many = _moderator(lulea), _moderator(pitea)
    taken: dict[str, list[float]] = {"few": [], "many": []}
    for _round in range(ROUNDS):
        for name, client in (("few", few), ("many", many)):
            began = time.perf_counter()
            assert client.get(QUEUE, HTTP_HOST="127.0.0.1").status_code == 200
            taken[name].append(time.perf_counter() - began)
    json.dump({name: statistics.median(times) for name, times in taken.items()}, sys.stdout)


@as_owner()
@transaction.atomic
def _make(pitea: Municipality, lulea: Municipality) -> None:
    pledge = Pledge.objects.for_municipality(pitea).get()
    with connection.cursor() as cursor:
        # One row of the count of changes would be written anew 100,000 times within a transaction.
        cursor.execute("ALTER TABLE dialogues_comment DISABLE TRIGGER USER")
        for number, how_many in ((7, FEW), (8, MANY)):
            _shown(pitea, pledge, number, how_many)
        _waiting(lulea, pledge, FEW)
        _waiting(pitea, pledge, MANY)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE dialogues_comment ENABLE TRIGGER USER")
    PublicChange.objects.create(topic="", token=uuid.uuid4())
    senders = Comment.objects.filter(sender=None).values_list("pk", flat=True)
    CommentSender.objects.bulk_create(
        (CommentSender(comment_id=pk, sending=uuid.uuid4()) for pk in senders.iterator()),
        batch_size=5000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _shown(place: Municipality, pledge: Pledge, number: int, how_many: int) -> None:
    commitment = pledge.commitments.get(number=number)
    now = timezone.now()
    made = Comment.objects.bulk_create(
        (
            Comment(
                municipality=place,
                pledge=pledge,
                commitment=commitment,
                text=f"Kommentar {minutes}",
                state=Comment.State.PUBLISHED,
                submitted_at=now - timedelta(minutes=minutes),
                published_at=now - timedelta(minutes=minutes),
            )
            for minutes in range(how_many)
        ),
        batch_size=5000,
    )
    Comment.objects.bulk_create(
        (
            Comment(
                municipality=place,
                pledge=pledge,
                commitment=commitment,
                parent=parent,
                text="Svar",
                by_municipality=place,
                state=Comment.State.PUBLISHED,
                submitted_at=now,
                published_at=now,
            )
            for parent in made[::5]
        ),
        batch_size=5000,
    )


def _waiting(place: Municipality, pledge: Pledge, how_many: int) -> None:
    now = timezone.now()
    Comment.objects.bulk_create(
        (
            Comment(
                municipality=place,
                pledge=pledge,
                text=f"Väntar {minutes}",
                submitted_at=now,
                awaits=Comment.Awaits.NEW,
                awaits_since=now - timedelta(minutes=minutes),
            )
            for minutes in range(how_many)
        ),
        batch_size=5000,
    )


def _moderator(place: Municipality) -> Client:
    email = f"{place.slug}@bench.example.se"
    person = User.objects.filter(email=email).first()
    client = Client()
    client.force_login(person or a_person(email, Role.MODERATOR, place))
    return client


if __name__ == "__main__":
    main()
