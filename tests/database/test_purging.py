"""What is due is erased as it is then: nobody's yes is overrun."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dialogues.models import DisposalPlan
from dialogues.retention import rules as residents
from pledges import retention as pledges
from tests.builders import a_municipality

pytestmark = pytest.mark.django_db

ON = date(2030, 1, 1)


def statements(act: Callable[[], object]) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        act()
    return [query["sql"] for query in queries]


@pytest.mark.parametrize(
    "erase",
    [
        *(pytest.param(rule.erase, id=rule.subject) for rule in pledges.RETENTIONS),
        *(
            pytest.param(lambda on, rule=rule: rule.erase(on, rule.days), id=str(rule.subject))
            for rule in residents.SCHEDULE
        ),
        pytest.param(
            lambda on: residents.dispose(
                DisposalPlan.objects.create(
                    municipality=a_municipality(),
                    submissions_years=2,
                    comments_years=2,
                    hidden_years=2,
                    decision="KS 2026/1",
                ),
                on,
            ),
            id="a disposal plan",
        ),
    ],
)
def test_what_is_read_before_it_is_erased_is_locked(erase: Callable[[date], object]) -> None:
    asked = statements(lambda: erase(ON))
    # What has gone through a group can't be locked: its keys are read, and then locked.
    read = [one for one in asked if one.startswith("SELECT") and "GROUP BY" not in one]
    assert [one for one in read if "FOR UPDATE" not in one] == []
