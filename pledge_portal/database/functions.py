"""The functions that triggers run, each in a file of its own.

The file is `<app>/sql/<function>.sql`. Each function searches the schema of the portal's tables and
then `pg_temp`, whoever calls it, so that nobody's own table is ever taken for the portal's. The
files say `:"schema"`, as psql does, for the tables may lie elsewhere than in `public`.

They are made by the first migration of their app, before the triggers that run them, and again
after every migration (see database.public_role): whoever changes a file writes no migration.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.apps import apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


def function_files(app_label: str = "") -> list[Path]:
    """Return the files of an app, or of all.

    Each is named for the function that it makes.
    """
    configs = [apps.get_app_config(app_label)] if app_label else apps.get_app_configs()
    return [path for config in configs for path in sorted(Path(config.path).glob("sql/*.sql"))]


def function_statements(connection: Any, app_label: str = "") -> list[str]:
    """Return the statements that make the functions beside the tables."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        (schema,) = cursor.fetchone()
    files = function_files(app_label)
    return [path.read_text(encoding="utf-8").replace(':"schema"', schema) for path in files]


class MakeFunctions(Operation):
    """A migration's step that makes the functions of its app."""

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change nothing: Django's models know no functions."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Make the functions."""
        for statement in function_statements(schema_editor.connection, app_label):
            schema_editor.execute(statement, None)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Take the functions away, when nothing uses them any longer."""
        for path in function_files(app_label):
            schema_editor.execute(f"DROP FUNCTION {schema_editor.quote_name(path.stem)}")

    def describe(self) -> str:
        """Say what the step does, for `migrate` and `sqlmigrate`."""
        return "Make the functions of the database"
