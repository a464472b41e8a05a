"""Every kind of target goes by file and comes back the same."""

from __future__ import annotations

from typing import Any

import pytest
import tomli_w
from django.db import IntegrityError, transaction

from pledges.exchange.exporting import export_pledge
from pledges.exchange.faults import PledgeFileError
from pledges.exchange.importing import import_pledge
from pledges.exchange.pledge_file import read
from pledges.models import Commitment
from tests.builders import a_municipality, a_pledge
from tests.pledges.exchange.test_pledge_file import SMALL

pytestmark = pytest.mark.django_db

TARGETS: list[dict[str, Any]] = [
    {"shape": "count", "amount": 4, "period": "calendar_year"},
    {"shape": "count", "amount": 4, "period": "half_year"},
    {"shape": "count", "amount": 4, "period": "season"},
    {"shape": "count", "amount": 4, "period": "own", "first": "2026-06-01", "last": "2026-08-31"},
    {"shape": "count", "amount": 4, "period": "year", "at_most": True},
    {"shape": "average", "amount": 1.5, "period": "week", "at_most": True},
    {"shape": "coverage", "amount": 4, "of": 4, "unit": "klasser", "period": "school_year"},
    {"shape": "done", "last": "2026-06-01"},
    {"shape": "done", "last": "2026-06-01", "every_year": True},
    {"shape": "on_demand", "within_days": 7},
]


def a_file(target: dict[str, Any]) -> bytes:
    """Return the small pledge file with another target; its days unquoted."""
    lines = tomli_w.dumps(target)
    for key in ("first", "last"):
        if key in target:
            lines = lines.replace(f'"{target[key]}"', target[key])
    head, _, rest = SMALL.partition("[focus_area.commitment.target]\n")
    signatories = rest[rest.index("[[signatory]]") :]
    return f"{head}[focus_area.commitment.target]\n{lines}{signatories}".encode()


@pytest.mark.parametrize("target", TARGETS)
def test_a_target_comes_back_as_it_was(target: dict[str, Any]) -> None:
    a_municipality()
    pledge_file = read(a_file(target))
    pledge, _outcome = import_pledge(pledge_file)
    returned = read(export_pledge(pledge)).focus_area[0].commitment[0].target
    assert returned.as_target() == pledge_file.focus_area[0].commitment[0].target.as_target()
    assert Commitment.objects.get().target == returned.as_target()


@pytest.mark.parametrize(
    ("target", "key", "sentence"),
    [
        ({"shape": "count", "amount": 4, "period": "own"}, "first", "Ange första dagen."),
        (
            {
                "shape": "count",
                "amount": 4,
                "period": "own",
                "first": "2026-08-01",
                "last": "2026-06-01",
            },
            "last",
            "Sista dagen är före den första.",
        ),
        (
            {
                "shape": "count",
                "amount": 4,
                "period": "own",
                "first": "2025-08-01",
                "last": "2026-06-01",
            },
            "first",
            "Dagen ligger utanför löftets tid.",
        ),
        (
            {"shape": "count", "amount": 4, "period": "year", "last": "2026-06-01"},
            "last",
            "Bara ett mål med egen tid har en sista dag.",
        ),
        ({"shape": "done", "within_days": 7}, "within_days", "Bara ett mål på begäran"),
        (
            {"shape": "done", "every_year": True},
            "every_year",
            "Bara det som ska vara gjort senast en dag kan gälla varje år.",
        ),
        ({"shape": "done", "at_most": True}, "at_most", "Bara ett antal eller ett genomsnitt"),
        (
            {"shape": "coverage", "unit": "klasser", "period": "week"},
            "period",
            "Så många av alla räknas inte över så korta perioder.",
        ),
        (
            {"shape": "average", "amount": 1, "period": "own", "first": "2026-06-01"},
            "period",
            "Ett genomsnitt har ingen egen tid.",
        ),
    ],
)
def test_what_does_not_fit_is_named(target: dict[str, Any], key: str, sentence: str) -> None:
    with pytest.raises(PledgeFileError) as refused:
        read(a_file(target))
    faults = {fault.where: fault.sentence for fault in refused.value.faults}
    assert sentence in faults[f"focus_area[1].commitment[1].target.{key}"]


@pytest.mark.parametrize(
    "fields",
    [
        {"target_period": "own"},
        {"target_period": "own", "target_first": "2026-06-01"},
        {"target_period": "own", "target_first": "2026-06-02", "target_last": "2026-06-01"},
        {"target_first": "2026-06-01"},
        {"target_last": "2026-06-01"},
        {"target_at_most": True},
        {"target_every_year": True},
        {"target_within_days": 7},
    ],
)
def test_the_database_refuses_targets_that_do_not_fit(fields: dict[str, Any]) -> None:
    commitments = Commitment.objects.filter(pledge=a_pledge(signed=False, commitments=1))
    with pytest.raises(IntegrityError), transaction.atomic():
        commitments.update(**fields)
