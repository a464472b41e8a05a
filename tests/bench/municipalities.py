"""Forty municipalities' pages, warm, with and without writes.

The writes come once a second.

`python -m tests.bench.municipalities URL SECONDS ROUNDS`, in the environment of a served
demonstration, makes pledges in forty municipalities, measures and prints JSON: the requests a
second of each round without writes and with them, and the hit rates with them.
"""

import json
import sys
import threading
from datetime import date

import django

django.setup()

from django.db import connection, transaction  # noqa: E402

from pledges.models import Commitment, Municipality, Pledge  # noqa: E402
from tests.bench.load import pages_read  # noqa: E402
from tests.builders import a_pledge, an_action  # noqa: E402

HOW_MANY = 40
MAX_ATTEMPTS = 60
PERIOD = "2024-2029"


@transaction.atomic
def signed() -> list[Pledge]:
    """Return a signed pledge of each of forty municipalities, made if need be."""
    pledges = Pledge.objects.public().filter(period=PERIOD)
    if not pledges.exists():
        for municipality in Municipality.objects.filter(pledge_parties=None)[:HOW_MANY]:
            a_pledge(
                municipality,
                period=PERIOD,
                valid_from=date(2024, 1, 1),
                valid_to=date(2029, 12, 31),
                commitments=8,
                commitment={"kind": "other"},
            )
    return list(pledges.prefetch_related("municipalities"))


def addresses(pledges: list[Pledge]) -> list[str]:
    """Return the pages of the municipalities that people read most."""
    addresses = []
    for pledge in pledges:
        slug = pledge.municipalities.all()[0].slug
        whole = f"/{slug}/{PERIOD}/"
        addresses += [f"/{slug}/", whole, f"{whole}insatser/", f"{whole}ataganden/1/"]
    return addresses


def write_on(pledges: list[Pledge], is_over: threading.Event) -> None:
    """Publish an action in one of the municipalities each second."""
    number = 0
    while not is_over.wait(1):
        commitment = Commitment.objects.filter(pledge=pledges[number % len(pledges)])[0]
        an_action(commitment)
        number += 1
    connection.close()


def warm(url: str, paths: list[str], makings: set[str]) -> None:
    """Read the pages until every server process has made each of them.

    Raises RuntimeError when pages are made without end.
    """
    for _attempt in range(MAX_ATTEMPTS):
        if not pages_read(url, paths, 2, makings).made:
            return
    raise RuntimeError("the pages never became warm")


def main() -> None:
    """Measure in turns, so that a slow moment of the machine hits both alike."""
    url, seconds, rounds = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
    pledges = signed()
    paths = addresses(pledges)
    connection.close()
    rates: dict[str, list[float]] = {"without": [], "with": [], "hits": []}
    makings: set[str] = set()
    for _round in range(rounds):
        warm(url, paths, makings)
        rates["without"].append(pages_read(url, paths, seconds, makings).rate)
        is_over = threading.Event()
        writer = threading.Thread(target=write_on, args=(pledges, is_over))
        writer.start()
        load = pages_read(url, paths, seconds, makings)
        is_over.set()
        writer.join()
        rates["with"].append(load.rate)
        rates["hits"].append(load.hit_rate)
    json.dump(rates, sys.stdout)


if __name__ == "__main__":
    main()
