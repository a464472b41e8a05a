"""Two layers keep drafts and secret actions back, and each does so when the other is taken away."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from pledge_portal.database.public_role import READABLE
from pledges.models import Pledge, PublishedAction
from pledges.models.action import PublishedActionQuerySet
from pledges.models.pledge import PledgeQuerySet
from pledges.models.signatory import PledgeDocument
from tests.builders import a_pledge, an_action
from tests.pages.conftest import Reader

pytestmark = pytest.mark.django_db

DRAFT = "HEMLIGT-UTKAST"
SECRET = "HEMLIG-INSATS"
OPEN = "OPPEN-INSATS"


@pytest.fixture
def reader(settings: Any) -> Reader:
    settings.PUBLIC_PAGES_KEPT = 0
    return Reader()


@pytest.fixture(params=["both", "database alone", "querysets alone"])
def layers(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Take away one of the layers."""
    if request.param == "database alone":
        monkeypatch.setattr(PledgeQuerySet, "public", lambda self: self)
        monkeypatch.setattr(PublishedActionQuerySet, "public", lambda self, on: self)
        manager = type(PledgeDocument.objects)
        for each in (Pledge.objects, PublishedAction.objects, PledgeDocument.objects):
            assert hasattr(each, "public")
        monkeypatch.setattr(type(Pledge.objects), "public", lambda self: self.get_queryset())
        monkeypatch.setattr(
            type(PublishedAction.objects), "public", lambda self, on: self.get_queryset()
        )
        monkeypatch.setattr(manager, "public", lambda self: self.get_queryset())
    elif request.param == "querysets alone":
        with connection.cursor() as cursor:
            for table, rule in READABLE.items():
                if rule is not None:
                    cursor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    # The test's transaction is rolled back, and with it the layer is there again.
    return request.param


@pytest.mark.parametrize("language", ["", "/en"])
def test_no_public_address_shows_a_draft_or_a_secret_action(
    reader: Reader, layers: str, language: str
) -> None:
    signed = a_pledge(commitments=1, commitment={"kind": "other"})
    a_pledge(
        signed=False,
        period="2027-2029",
        title=DRAFT,
        commitments=1,
        commitment={"text": DRAFT},
    )
    commitment = signed.commitments.get()
    tomorrow = timezone.localdate() + timedelta(days=1)
    an_action(commitment, public_note=SECRET, embargo_until=tomorrow)
    an_action(commitment, public_note=SECRET, is_public=False)
    an_action(commitment, public_note=OPEN)
    seen = []
    for address in (
        "/",
        "/alvsbyn/",
        "/alvsbyn/2023-2025/",
        "/alvsbyn/2023-2025/ataganden/1/",
        "/alvsbyn/2023-2025/insatser/",
        "/alvsbyn/2023-2025/insatser.atom",
        "/alvsbyn/2027-2029/",
        "/alvsbyn/2027-2029/ataganden/1/",
        "/alvsbyn/2027-2029/insatser/",
    ):
        response = reader.get(language + address)
        assert response.status_code == (404 if "2027" in address else 200), address
        seen.append(response.content.decode())
    seen.append(reader.get("/sitemap.xml").content.decode())
    seen.append(reader.get("/alvsbyn/2023-2025/insatser.csv").content.decode())
    assert reader.get("/alvsbyn/2027-2029/medborgarlofte.pdf").status_code == 404
    together = "".join(seen)
    assert OPEN in together
    assert DRAFT not in together
    assert SECRET not in together
    assert "2027-2029" not in seen[-2]
