"""The two layers that keep secrets back, and how each is taken away."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from dialogues.models import Comment, Dialogue, Heard, ThemeAnswer
from news.models import News
from pledge_portal.database.acting import as_owner
from pledge_portal.database.public_role import READABLE
from pledges.models import (
    Commitment,
    EarlierAmount,
    FollowUp,
    IndicatorLink,
    Pledge,
    PledgeDocument,
    PublishedAction,
)

_FILTERED = (
    Comment,
    Commitment,
    Dialogue,
    EarlierAmount,
    FollowUp,
    Heard,
    IndicatorLink,
    News,
    Pledge,
    PledgeDocument,
    PublishedAction,
    ThemeAnswer,
)


@pytest.fixture(params=["both", "database alone", "querysets alone"])
def layers(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, db: Any) -> str:
    """Take away a layer: the querysets' filters or row-level security.

    The test's transaction is rolled back, and with it the database's layer is there again.
    """
    if request.param == "database alone":
        for model in _FILTERED:
            manager: Any = model.objects
            unfiltered = lambda self, *_day: self.all()  # noqa: E731
            monkeypatch.setattr(type(manager), "public", unfiltered)
            monkeypatch.setattr(manager._queryset_class, "public", unfiltered)
    elif request.param == "querysets alone":
        with as_owner(), connection.cursor() as cursor:
            for table, rule in READABLE.items():
                if rule is not None:
                    cursor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    return request.param
