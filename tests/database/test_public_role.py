"""Anonymous requests read the database as a role with few rights.

It may read little and write nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction
from django.http import HttpRequest, StreamingHttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from pledge_portal.accounts.models import User
from pledge_portal.database.acting import as_owner, as_public
from pledge_portal.database.public_role import READABLE
from pledge_portal.database.rights import put_rights_in_force
from pledge_portal.database.roles import PUBLIC_ROLE
from pledge_portal.pages.middleware import PublicDatabaseRole
from pledges.models import Commitment, Pledge, PublishedAction
from tests.builders import a_pledge, an_action

pytestmark = pytest.mark.django_db


def role() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return cursor.fetchone()[0]


def rows(sql: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def test_the_role_may_read_the_tables_named_and_do_nothing_else() -> None:
    # None but the owner is told of what others are granted.
    with as_owner():
        rights = rows(
            "SELECT table_name, privilege_type FROM information_schema.role_table_grants"
            f" WHERE grantee IN ('{PUBLIC_ROLE}', 'PUBLIC') AND table_schema = current_schema()"
        )
    assert sorted(rights) == sorted((table, "SELECT") for table in READABLE)


def test_every_table_of_pledges_that_the_role_may_read_has_its_rule() -> None:
    secured = {
        name
        for (name,) in rows(
            "SELECT relname FROM pg_class WHERE relrowsecurity"
            " AND relnamespace = current_schema()::regnamespace"
        )
    }
    assert secured == {table for table, rule in READABLE.items() if rule is not None}


@pytest.mark.parametrize(
    "table",
    [
        "accounts_user",
        "accounts_membership",
        "django_session",
        "mfa_authenticator",
        "pledges_completedaction",
        "pledges_internalnote",
        "pledges_actioncorrection",
        "pledges_disclosure",
    ],
)
def test_the_public_can_not_read_what_is_not_named(table: str) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        as_public(),
    ):
        rows(f"SELECT * FROM {table}")


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM pledges_pledge",
        "UPDATE pledges_municipality SET name = 'x'",
        "INSERT INTO pages_publicchange (topic, token) VALUES ('', gen_random_uuid())",
        "TRUNCATE pledges_publishedaction",
        "CREATE TABLE mine (x int)",
        "ALTER TABLE pledges_pledge DISABLE ROW LEVEL SECURITY",
        "DROP POLICY public_rows ON pledges_pledge",
    ],
)
def test_the_public_can_not_write(statement: str) -> None:
    with (
        pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
        transaction.atomic(),
        as_public(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_a_draft_is_there_for_the_portal_and_not_for_the_public() -> None:
    a_pledge(signed=False)
    a_pledge(period="2026-2028", signed=1)
    assert Pledge.objects.count() == 2
    with as_public():
        assert not Pledge.objects.exists()
        assert not Commitment.objects.exists()
    assert Commitment.objects.exists()


def test_a_signed_pledge_is_there_for_both() -> None:
    a_pledge()
    with as_public():
        assert Pledge.objects.count() == 1
        assert Commitment.objects.count() == 3


def test_an_action_under_embargo_is_not_there_for_the_public() -> None:
    commitment = a_pledge(commitments=1, commitment={"kind": "other"}).commitments.get()
    today = timezone.localdate()
    an_action(commitment, embargo_until=today + timedelta(days=1))
    an_action(commitment, embargo_until=today)
    assert PublishedAction.objects.count() == 2
    with as_public():
        assert PublishedAction.objects.count() == 1


# Being in the right role at every moment.


def test_the_role_follows_what_runs() -> None:
    own = role()
    assert own != PUBLIC_ROLE
    with as_public():
        assert role() == PUBLIC_ROLE
        with transaction.atomic():
            assert role() == PUBLIC_ROLE
    assert role() == own


def test_a_rollback_does_not_leave_the_wrong_role() -> None:
    own = role()
    with suppress(DatabaseError), transaction.atomic():
        with as_public():
            assert role() == PUBLIC_ROLE
        rows("SELECT 1/0")
    assert role() == own
    with as_public():
        with suppress(DatabaseError), transaction.atomic():
            rows("SELECT 1/0")
        assert role() == PUBLIC_ROLE
    assert role() == own
    # The role goes back within a transaction that has failed, which takes nothing but its end.
    with suppress(DatabaseError), transaction.atomic(), as_public():
        rows("SELECT 1/0")
    assert role() == own


@pytest.mark.django_db(transaction=True)
def test_a_lost_connection_comes_back_in_the_right_role() -> None:
    with as_public():
        assert role() == PUBLIC_ROLE
        connection.close()
        assert role() == PUBLIC_ROLE
    connection.close()
    assert role() != PUBLIC_ROLE
    with suppress(DatabaseError), as_public(), transaction.atomic():
        assert role() == PUBLIC_ROLE
        rows("SELECT pg_terminate_backend(pg_backend_pid())")
    connection.close()
    assert role() != PUBLIC_ROLE


def test_an_answer_made_while_it_is_sent_is_made_as_the_public() -> None:
    def parts() -> Iterator[bytes]:
        yield role().encode()
        yield role().encode()

    def view(request: HttpRequest) -> StreamingHttpResponse:
        return StreamingHttpResponse(parts())

    answer = PublicDatabaseRole(view)(RequestFactory().get("/alvsbyn/"))
    assert list(answer) == [PUBLIC_ROLE.encode()] * 2
    assert role() != PUBLIC_ROLE


@pytest.mark.parametrize(
    ("path", "is_public"),
    [
        ("/", True),
        ("/alvsbyn/2023-2025/", True),
        ("/en/arbetsyta/", True),
        ("/arbetsyta", True),
        ("/nagot/nytt/", True),
        ("/verifiera/", True),
        ("/arbetsyta/", False),
        ("/logga-in/", False),
    ],
)
def test_every_address_but_the_staffs_doors_is_public(path: str, is_public: bool) -> None:
    seen = []

    def view(request: HttpRequest) -> Any:
        seen.append(role() == PUBLIC_ROLE)
        return StreamingHttpResponse()

    PublicDatabaseRole(view)(RequestFactory().get(path))
    assert seen == [is_public]


def test_a_person_logged_in_reads_public_pages_as_everyone_does(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PUBLIC_PAGES_MB = 0
    a_pledge(signed=False)
    client = Client()
    client.force_login(User.objects.create_superuser("drift@example.se", "x" * 14))
    assert client.get("/alvsbyn/2023-2025/").status_code == 404
    assert client.get("/arbetsyta/").status_code in {200, 302}


def test_rights_are_put_right_again() -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(f"GRANT SELECT ON accounts_user TO {PUBLIC_ROLE}")
        cursor.execute("COMMENT ON SCHEMA public IS 'gammalt'")
    put_rights_in_force()
    test_the_role_may_read_the_tables_named_and_do_nothing_else()
