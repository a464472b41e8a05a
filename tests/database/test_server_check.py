"""A database server that won't do is refused.

One sentence says so, and what to do.
"""

import pytest

from pledge_portal.database import server_check
from pledge_portal.database.server_check import UnfitServerError, check_server

pytestmark = pytest.mark.django_db


def test_the_tests_own_server_is_fit() -> None:
    check_server()


def test_a_server_that_is_too_old_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_check, "OLDEST_POSTGRESQL", 99)
    with pytest.raises(UnfitServerError, match="99 eller nyare"):
        check_server()


def test_a_server_without_a_needed_extension_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_check, "wanted_extensions", lambda: ["finns_inte"])
    with pytest.raises(UnfitServerError, match="saknar tillägget finns_inte"):
        check_server()


def test_the_extensions_are_those_of_the_migrations() -> None:
    assert "btree_gist" in server_check.wanted_extensions()
