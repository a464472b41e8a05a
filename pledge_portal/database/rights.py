"""What the roles may do in the database, put in force by its owner.

It is done after every migration, together with the functions of the database's guards (see
database.functions) and the triggers that tell the kept pages of changes. What isn't granted here is
denied: the serving role may write no history and no list of migrations, empty no table, and make
nothing, not even a table for itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connections, transaction

from pledge_portal.database.acting import as_owner
from pledge_portal.database.functions import function_statements
from pledge_portal.database.history import histories
from pledge_portal.database.models import WriteProbe
from pledge_portal.database.page_changes import trigger_statements
from pledge_portal.database.public_role import READABLE
from pledge_portal.database.roles import ATTRIBUTES, PUBLIC_ROLE, SERVER_ROLE

_PUBLIC_POLICY = "public_rows"
_SERVING_POLICY = "serving_rows"
# Written by the owner's functions alone, like the tables of history.
_WRITTEN_BY_THE_OWNER = ("pledges_withhelddocument",)


class RightsError(ImproperlyConfigured):
    """The rights can't be put in force.

    The text is a sentence for the operator.
    """


def put_rights_in_force(using: str = "default") -> None:
    """Give the roles exactly the rights that they are to have.

    Makes the roles first if need be. Makes the functions of the guards as their files say, too, and
    the triggers that tell the kept pages of changes. Does nothing when all of it is in force
    already. Tables that aren't there yet are passed over. Raises RightsError when the account that
    does it may not.
    """
    with (
        as_owner(),
        transaction.atomic(using=using),
        connections[using].cursor() as cursor,
    ):
        functions = function_statements(connections[using])
        # Databases of one server share the roles, and tests make several at once.
        cursor.execute("SELECT pg_advisory_xact_lock(7151524)")
        cursor.execute("SELECT quote_ident(current_schema())")
        (schema,) = cursor.fetchone()
        tables = _tables(cursor, schema)
        readable = {table: rows for table, rows in READABLE.items() if table in tables}
        triggers = [
            trigger for table in readable for trigger in trigger_statements(table, readable[table])
        ]
        grants = list(_grants(schema, tables, readable))
        mark = _mark(tables, [*functions, *grants, *triggers])
        cursor.execute("SELECT obj_description(%s::regnamespace, 'pg_namespace')", [schema])
        is_in_force = cursor.fetchone() == (mark,)
        if not owns_the_tables(cursor):
            if is_in_force:
                return
            raise RightsError(NOT_THE_OWNER)
        is_in_force = not ensure_roles(cursor) and is_in_force and _may_read(cursor)
        _refuse_making(cursor, schema)
        if is_in_force:
            return
        for statement in (*functions, *grants, *triggers):
            cursor.execute(statement)
        _allow_calling(cursor, schema)
        cursor.execute(f"COMMENT ON SCHEMA {schema} IS '{mark}'")


NOT_THE_OWNER = (
    "Databaskontot i DATABASE_URL äger inte tabellerna och får inte göra det här. Ange ägarens"
    " konto i DATABASE_OWNER_URL: se docs/operating.md, Database accounts."
)


def owns_the_tables(cursor: Any) -> bool:
    """Return whether who asks may change the tables.

    Or make them, if there are none.
    """
    cursor.execute(
        "SELECT CASE WHEN to_regclass('django_migrations') IS NULL"
        " THEN has_schema_privilege(current_schema(), 'CREATE') ELSE"
        " (SELECT pg_has_role(relowner, 'USAGE') FROM pg_class"
        " WHERE oid = to_regclass('django_migrations')) END"
    )
    return bool(cursor.fetchone()[0])


def _grants(schema: str, tables: list[str], readable: dict[str, str | None]) -> Iterator[str]:
    """Yield the statements that give both roles what they may.

    They take the rest away.
    """
    roles = f"{PUBLIC_ROLE}, {SERVER_ROLE}"
    yield f"GRANT USAGE ON SCHEMA {schema} TO {roles}"
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {roles}, PUBLIC"
    yield f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA {schema} FROM {roles}, PUBLIC"
    yield f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {SERVER_ROLE}"
    only_read = {
        "django_migrations",
        *_WRITTEN_BY_THE_OWNER,
        *(history.events._meta.db_table for history in histories()),
    }
    for table in tables:
        rights = "SELECT" if table in only_read else "SELECT, INSERT, UPDATE, DELETE"
        # /readyz empties the table that it writes to, so that it asks for a new file.
        rights += ", TRUNCATE" if table == WriteProbe._meta.db_table else ""
        yield f"GRANT {rights} ON {table} TO {SERVER_ROLE}"
    for table, rows in readable.items():
        yield f"GRANT SELECT ON {table} TO {PUBLIC_ROLE}"
        yield f"DROP POLICY IF EXISTS {_PUBLIC_POLICY} ON {table}"
        yield f"DROP POLICY IF EXISTS {_SERVING_POLICY} ON {table}"
        if rows is None:
            yield f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"
        else:
            yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
            yield (
                f"CREATE POLICY {_PUBLIC_POLICY} ON {table} FOR SELECT TO {PUBLIC_ROLE}"
                f" USING ({rows})"
            )
            yield f"CREATE POLICY {_SERVING_POLICY} ON {table} TO {SERVER_ROLE} USING (true)"


def _allow_calling(cursor: Any, schema: str) -> None:
    """Let nobody call the portal's own functions but the serving role.

    Triggers go on running theirs, whoever changes a row.
    """
    cursor.execute(
        "SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = %s::regnamespace"
        " AND proowner = to_regrole(current_user) AND proname !~ '^procrastinate_' AND NOT EXISTS"
        " (SELECT 1 FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')",
        [schema],
    )
    for (function,) in cursor.fetchall():
        cursor.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
        cursor.execute(f"GRANT EXECUTE ON FUNCTION {function} TO {SERVER_ROLE}")


def _tables(cursor: Any, schema: str) -> list[str]:
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = %s::regnamespace"
        " AND relkind IN ('r', 'p', 'v', 'm') AND NOT EXISTS"
        " (SELECT 1 FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e') ORDER BY relname",
        [schema],
    )
    return [name for (name,) in cursor.fetchall()]


def _mark(tables: list[str], statements: list[str]) -> str:
    digest = hashlib.sha256(repr((tables, statements)).encode())
    return f"pledge_portal rights {digest.hexdigest()[:32]}"


def ensure_roles(cursor: Any) -> bool:
    """Make the roles and let the portal's own accounts take them.

    Does only what isn't done already, and returns whether a role was made. Raises RightsError when
    the account may not, or when the one that the portal serves as may do more than it should.
    """
    cursor.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", [list(ATTRIBUTES)])
    present = {name for (name,) in cursor.fetchall()}
    for role in ATTRIBUTES.keys() - present:
        _as_administrator(cursor, f"CREATE ROLE {role} {ATTRIBUTES[role]}")
    serving = _serving_account(cursor)
    if serving:
        _check_serving_account(cursor, serving)
    quote = cursor.db.ops.quote_name
    # Since PostgreSQL 16 a member may be one that can't take the role.
    taking = "SET" if cursor.db.pg_version >= 160_000 else "MEMBER"
    for role, member in (
        (PUBLIC_ROLE, SERVER_ROLE),
        (PUBLIC_ROLE, None),
        *([(SERVER_ROLE, serving)] if serving and serving != SERVER_ROLE else []),
    ):
        cursor.execute(
            "SELECT pg_has_role(coalesce(%s, current_user), %s, %s)", [member, role, taking]
        )
        if cursor.fetchone() != (True,):
            _as_administrator(cursor, f"GRANT {role} TO {quote(member or _account(cursor))}")
    return len(present) < len(ATTRIBUTES)


def _account(cursor: Any) -> str:
    cursor.execute("SELECT current_user")
    return str(cursor.fetchone()[0])


def _serving_account(cursor: Any) -> str | None:
    """Return the account that the portal serves as; None if it is the owner's."""
    configured = cursor.db.settings_dict
    return (configured["USER"] or None) if "OWNER" in configured else None


def _check_serving_account(cursor: Any, serving: str) -> None:
    cursor.execute(
        "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls"
        " OR pg_has_role(oid, to_regrole(current_user), 'MEMBER') FROM pg_roles WHERE rolname = %s",
        [serving],
    )
    if cursor.fetchone() != (False,):
        raise RightsError(
            f"Databaskontot {serving} i DATABASE_URL saknas eller får mer än det ska: det ska vara"
            " ett vanligt konto, ett annat än i DATABASE_OWNER_URL. Se docs/operating.md, Database"
            " accounts."
        )


def _refuse_making(cursor: Any, schema: str) -> None:
    """Let nobody but the owner make anything in the database.

    Not even a temporary table. Raises RightsError when the account that the portal serves as could
    do so all the same.
    """
    serving = _serving_account(cursor) or SERVER_ROLE
    if not _may_make(cursor, serving, schema):
        return
    cursor.execute("SELECT quote_ident(current_database()), quote_ident(current_user)")
    database, owner = cursor.fetchone()
    refusals = (
        f"REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC; REVOKE CREATE ON SCHEMA {schema}"
        " FROM PUBLIC;"
    )
    # Of somebody else's database nothing is taken; PostgreSQL only warns.
    cursor.execute(refusals)
    if _serving_account(cursor) and _may_make(cursor, serving, schema):
        raise RightsError(
            f"Databaskontot {serving} i DATABASE_URL får skapa tabeller. Låt en administratör köra:"
            f" {refusals} GRANT TEMPORARY ON DATABASE {database} TO {owner};"
        )


def _may_read(cursor: Any) -> bool:
    """Return whether rights came along with the tables.

    They don't with every restored copy.
    """
    cursor.execute("SELECT has_table_privilege(%s, 'django_migrations', 'SELECT')", [SERVER_ROLE])
    return bool(cursor.fetchone()[0])


def _may_make(cursor: Any, account: str, schema: str) -> bool:
    cursor.execute(
        "SELECT has_database_privilege(%(account)s, current_database(), 'TEMPORARY, CREATE')"
        " OR has_schema_privilege(%(account)s, %(schema)s::regnamespace, 'CREATE')",
        {"account": account, "schema": schema},
    )
    return bool(cursor.fetchone()[0])


def _as_administrator(cursor: Any, statement: str) -> None:
    try:
        with transaction.atomic(using=cursor.db.alias):
            cursor.execute(statement)
    except DatabaseError as fault:
        user = _account(cursor)
        serving = _serving_account(cursor)
        statements = [
            *(f"CREATE ROLE {role} {attributes}" for role, attributes in ATTRIBUTES.items()),
            f"GRANT {PUBLIC_ROLE} TO {SERVER_ROLE}, {user}",
            *([f"GRANT {SERVER_ROLE} TO {serving}"] if serving else []),
        ]
        raise RightsError(
            "Databaskontot får inte skapa portalens roller. Låt en administratör köra: "
            + "".join(f"{statement}; " for statement in statements).strip()
        ) from fault
