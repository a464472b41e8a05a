"""Each guard of the database is needed: without it all goes through.

One guard at a time is taken out of a database that has all others, and everything is undone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import DatabaseError, connection, models, transaction

from pledge_portal.database.acting import as_public
from pledge_portal.database.functions import function_files
from pledge_portal.database.public_role import READABLE
from pledge_portal.database.triggers import Trigger
from pledges.models import PublishedAction
from tests.database.attacks import TRIGGERS
from tests.database.broken_rows import CONSTRAINTS, KEYS
from tests.database.guarded_world import make_world
from tests.pages import world
from tests.pages.test_announcing import CASES, by, key_of, primary_key

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_the_owner")]

# They guard any table alike, or are no guards: what the public sees is announced by them.
_OF_ANY_TABLE = {
    *("refuse_change", "refuse_truncate", "record_change", "announce_change"),
    "tell_older_english",  # refuses nothing: see tests/pledges/writing/test_older_english.py
    "withhold_later_step",  # nor does it: see tests/pledges/erasing/test_masking.py
}
_NEITHER_SHOWN_NOR_SIGNED = {"withdraw_published"}
_CALLED = {
    "all_have_signed",
    "stage_statistics",
    "analyze_statistics",
    "english_marks",
    "erase_detail",
    "erase_person",
    "is_masking",
    "withhold_document",
}
# What a column of a type holds when it must hold something.
_FILLING = {
    "_varchar": "'{}'",
    "bool": "false",
    "bytea": "''",
    "date": "'2025-01-01'",
    "daterange": "'[2025-01-01,2026-01-01)'",
    "float8": "1",
    "int2": "1",
    "int4": "1",
    "int8": "1",
    "jsonb": "'{}'",
    "numeric": "1",
    "text": "''",
    "time": "'08:00'",
    "timestamptz": "now()",
    "uuid": "gen_random_uuid()",
    "varchar": "''",
}


def execute(statement: str, *values: object) -> list[Any]:
    """Return the rows of a statement, if it gives any."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.fetchall() if cursor.description else []


@contextmanager
def undone() -> Iterator[None]:
    """Undo what is done within."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def refusal(statement: str) -> str:
    """Return what the database says to a statement, "" when it goes through.

    It is undone.
    """
    try:
        with undone():
            execute(statement)
    except DatabaseError as error:
        return str(error).partition("\n")[0]
    return ""


def triggers(*functions: str) -> list[tuple[str, str]]:
    """Return table and name of each trigger that runs one of them."""
    return execute(
        "SELECT tgrelid::regclass::text, tgname FROM pg_trigger"
        " JOIN pg_proc ON tgfoid = pg_proc.oid WHERE NOT tgisinternal AND proname = ANY(%s)"
        " ORDER BY 1, 2",
        list(functions),
    )


def test_every_trigger_and_every_refusal_has_its_attack() -> None:
    """A new guard gets an attack in tests/database/attacks.py."""
    functions = {file.stem: file.read_text() for file in function_files()}
    own = functions.keys() - _OF_ANY_TABLE - _NEITHER_SHOWN_NOR_SIGNED - _CALLED
    attacked = {trigger for trigger, _refusal, _statement in TRIGGERS}
    assert attacked == {name for _table, name in triggers(*own)}
    for function in own:
        refusals = re.findall(r"RAISE EXCEPTION '([^']*)'", functions[function])
        expected = [
            says.replace("5", "%") for name, says, _statement in TRIGGERS if name.endswith(function)
        ]
        unheard = [text for text in refusals if not text.startswith(tuple(expected))]
        assert refusals, function
        assert unheard == [], function


def filled_in(attack: str, rows: Mapping[str, int]) -> str:
    """Return the statements of an attack on these rows."""
    return re.sub(r"\{(\w+)\}", lambda match: str(rows[match[1]]), attack)


def test_what_a_trigger_refuses_goes_through_without_it() -> None:
    rows = make_world()
    tables = {name: table for table, name in triggers(*(f.stem for f in function_files()))}
    faults = []
    for name, says, attack in TRIGGERS:
        statement = filled_in(attack, rows)
        with_guard = refusal(statement)
        with undone():
            execute(f"DROP TRIGGER {name} ON {tables[name]}")
            without = refusal(statement)
        if not with_guard.startswith(says) or without:
            faults.append((name, statement, with_guard, without))
    assert not faults, faults


def test_what_is_no_longer_public_is_withdrawn_by_its_trigger_alone() -> None:
    make_world()
    change = "UPDATE pledges_completedaction SET is_public = false, version = version + 1"
    with undone():
        execute(change)
        assert not PublishedAction.objects.exists()
    with undone():
        execute(
            "DROP TRIGGER pledges_completedaction_withdraw_published ON pledges_completedaction"
        )
        execute(change)
        assert PublishedAction.objects.exists()


def alone(table: str) -> None:
    """Take away all that refuses a row of a table, but for unique keys."""
    execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    for (name,) in execute(
        "SELECT quote_ident(conname) FROM pg_constraint"
        " WHERE conrelid = %s::regclass AND contype IN ('c', 'f', 'x')",
        table,
    ):
        execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")


def insertion(table: str, values: Mapping[str, str] | None = None) -> str:
    """Return the statement that adds a row with these values.

    Else it holds what it must.
    """
    columns = execute(
        "SELECT column_name, udt_name FROM information_schema.columns"
        " WHERE table_schema = current_schema() AND table_name = %s AND is_nullable = 'NO'"
        " AND column_default IS NULL AND is_identity = 'NO'",
        table,
    )
    row = {name: _FILLING[kind] for name, kind in columns} | dict(values or {})
    names = ", ".join(map(connection.ops.quote_name, row))
    return (
        f"INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE VALUES ({', '.join(row.values())})"
    )


def test_a_row_that_is_written_once_can_be_changed_without_its_trigger_alone() -> None:
    guarded = triggers("refuse_change")
    assert len(guarded) > 50
    faults = []
    for table, name in guarded:
        column = primary_key(table)
        changes = [f"UPDATE {table} SET {column} = {column}"]
        ((definition,),) = execute(
            "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = %s", name
        )
        if " DELETE " in definition:
            changes.append(f"DELETE FROM {table}")
        with undone():
            alone(table)
            execute(insertion(table))
            for change in changes:
                execute(f"ALTER TABLE {table} ENABLE TRIGGER {name}")
                with_guard = refusal(change)
                execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
                if "skriven en gång för alla" not in with_guard or refusal(change):
                    faults.append((name, change, with_guard))
    assert not faults, faults


def test_a_table_can_be_emptied_without_its_trigger_alone() -> None:
    guarded = triggers("refuse_truncate")
    assert len(guarded) > 80
    faults = []
    for table, name in guarded:
        says = f"Tabellen {table} kan inte tömmas"
        with_guard = refusal(f"TRUNCATE {table} CASCADE")
        with undone():
            execute(f"DROP TRIGGER {name} ON {table}")
            # Another table that would be emptied with it may have its own.
            without = refusal(f"TRUNCATE {table} CASCADE")
        if not with_guard.startswith(says) or without.startswith(says):
            faults.append((name, with_guard, without))
    assert not faults, faults


def test_a_change_is_recorded_by_its_tables_trigger_alone() -> None:
    recorded = triggers("record_change")
    assert len(recorded) > 40
    faults = []
    for table, name in recorded:
        with undone():
            alone(table)
            counts = []
            for state in ("ENABLE", "DISABLE"):
                execute(f"ALTER TABLE {table} {state} TRIGGER {name}")
                with undone():
                    execute(insertion(table))
                    execute(f"DELETE FROM {table}")
                    counts += execute(f"SELECT count(*) FROM {table}event")
        if counts != [(2,), (0,)]:
            faults.append((name, counts))
    assert not faults, faults


def functions_of(constraints: Iterable[models.BaseConstraint]) -> set[str]:
    """Return the functions that triggers among the constraints run."""
    triggers = (one for one in constraints if isinstance(one, Trigger))
    return {trigger.deconstruct()[2]["function"] for trigger in triggers}


def guarding_constraints() -> Iterator[tuple[type[models.Model], models.BaseConstraint]]:
    """Yield the constraints of what is signed or read by the public."""
    for model in apps.get_models(include_auto_created=True):
        constraints = model._meta.constraints
        guards = functions_of(constraints) - {"refuse_truncate", "record_change"}
        if guards or model._meta.db_table in READABLE:
            for constraint in constraints:
                if isinstance(constraint, models.CheckConstraint | ExclusionConstraint):
                    yield model, constraint


def test_a_row_that_breaks_a_rule_is_refused_by_its_constraint_alone() -> None:
    """A new constraint gets a row in tests/database/broken_rows.py."""
    checks = {
        constraint.name: (model, constraint)
        for model, constraint in guarding_constraints()
        if isinstance(constraint, models.CheckConstraint)
    }
    assert checks.keys() ^ CONSTRAINTS.keys() == set()
    faults = []
    for name, (model, constraint) in checks.items():
        table = model._meta.db_table
        statement = insertion(table, CONSTRAINTS[name])
        with undone():
            alone(table)
            without = refusal(statement)
            with connection.schema_editor() as editor:
                editor.execute(constraint.create_sql(model, editor))
            with_guard = refusal(statement)
        if f'"{name}"' not in with_guard or without:
            faults.append((name, with_guard, without))
    assert not faults, faults


def test_two_pledges_are_in_force_at_once_without_the_constraint_alone() -> None:
    (constraint,) = (
        constraint.name
        for _model, constraint in guarding_constraints()
        if isinstance(constraint, ExclusionConstraint)
    )
    statement = "; ".join(
        insertion("pledges_validityperiod", {"pledge_id": pledge}) for pledge in ("1", "2")
    )
    with undone():
        execute("ALTER TABLE pledges_validityperiod DISABLE TRIGGER USER")
        assert f'"{constraint}"' in refusal(statement)
        execute(f"ALTER TABLE pledges_validityperiod DROP CONSTRAINT {constraint}")
        assert refusal(statement) == ""


def test_rows_that_belong_apart_are_refused_by_their_key_alone() -> None:
    rows = make_world()
    composite = execute(
        "SELECT conname FROM pg_constraint WHERE contype = 'f' AND cardinality(conkey) > 1"
        " AND connamespace = current_schema()::regnamespace"
    )
    assert {name for (name,) in composite} == KEYS.keys()
    for name, (table, attack) in KEYS.items():
        statement = f"{filled_in(attack, rows)}; SET CONSTRAINTS ALL IMMEDIATE"
        assert f'"{name}"' in refusal(statement)
        with undone():
            execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
            assert refusal(statement) == ""


def is_seen(table: str, key: object) -> bool:
    """Return whether the public sees the row of a key."""
    with as_public():
        return bool(execute(f"SELECT 1 FROM {table} WHERE {primary_key(table)} = %s", key))


def test_the_public_sees_what_is_secret_without_the_policy_alone() -> None:
    world.make_world()
    faults = []
    for table, rule in READABLE.items():
        if rule is None:
            continue
        key = key_of(table, rule, visible=False)
        assert key is not None, table
        with_policy = is_seen(table, key)
        with undone():
            execute(f"ALTER POLICY public_rows ON {table} USING (true)")
            without = is_seen(table, key)
        if with_policy or not without:
            faults.append((table, with_policy, without))
    assert not faults, faults


def announced(table: str, operation: str, key: object) -> set[str]:
    """Return whose pages become old by a change of a row, which is undone."""
    its = f"{primary_key(table)} = %s"
    with undone():
        if operation == "update":
            return by(f"UPDATE {table} SET {CASES[table][0]} WHERE {its}", key)
        execute(f"CREATE TEMPORARY TABLE row AS SELECT * FROM {table} WHERE {its}", key)
        if operation == "delete":
            return by(f"DELETE FROM {table} WHERE {its}", key)
        execute(f"DELETE FROM {table} WHERE {its}", key)
        return by(f"INSERT INTO {table} OVERRIDING SYSTEM VALUE SELECT * FROM row")


def test_a_change_is_announced_by_its_tables_trigger_alone() -> None:
    """That of TRUNCATE is counted by tests/pages/test_announcing.py."""
    world.make_world()
    execute("SET CONSTRAINTS ALL DEFERRED")
    faults = []
    for table in CASES:
        key = key_of(table, READABLE[table], visible=True)
        for operation in ("insert", "update", "delete"):
            with_trigger = announced(table, operation, key)
            with undone():
                execute(f"DROP TRIGGER announce_{operation} ON {table}")
                without = announced(table, operation, key)
            if without or not with_trigger:
                faults.append((table, operation, with_trigger, without))
    # This one has nothing that could be changed but whom it is about.
    assert faults == [("pledges_policeareacoverage", "update", set(), set())]
