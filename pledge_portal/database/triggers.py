"""Triggers declared among the constraints of the models they guard.

They run functions of the database's own, each in a file of its own (see database.functions), so
that what was signed stays as it was for the admin, the shell and raw SQL alike. `makemigrations`
sees a trigger that is added, changed or taken away.
"""

from __future__ import annotations

from typing import Any

from django.db.models import BaseConstraint


class Trigger(BaseConstraint):
    """A trigger that runs a function, with no arguments but fixed texts.

    `fires` is such as "BEFORE UPDATE OR DELETE"; `arguments` are texts that the function is given;
    `when` is a condition in SQL; `table` is named when it isn't the model's own. Triggers of a
    table run in the order of their names.
    """

    def __init__(
        self,
        *,
        function: str,
        fires: str,
        each: str = "ROW",
        arguments: tuple[str, ...] = (),
        when: str = "",
        table: str = "",
        name: str = "",
    ) -> None:
        self._declared: dict[str, Any] = {
            "function": function,
            "fires": fires,
            "each": each,
            "arguments": arguments,
            "when": when,
            "table": table,
        }
        super().__init__(name=name or f"%(app_label)s_%(class)s_{function}")

    def constraint_sql(self, model: Any, schema_editor: Any) -> str:
        """Have the trigger made after its table, by a statement of its own."""
        schema_editor.deferred_sql.append(self.create_sql(model, schema_editor))
        return ""

    def create_sql(self, model: Any, schema_editor: Any) -> str:
        """Return the statement that makes the trigger."""
        declared = self._declared
        quote = schema_editor.quote_name
        when = f"WHEN ({declared['when']}) " if declared["when"] else ""
        arguments = ", ".join(schema_editor.quote_value(text) for text in declared["arguments"])
        return (
            f"CREATE TRIGGER {quote(self.name)} {declared['fires']}"
            f" ON {quote(self._table(model))} FOR EACH {declared['each']} {when}"
            f"EXECUTE FUNCTION {quote(declared['function'])}({arguments})"
        )

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        """Return the statement that takes the trigger away."""
        quote = schema_editor.quote_name
        return f"DROP TRIGGER {quote(self.name)} ON {quote(self._table(model))}"

    def _table(self, model: Any) -> str:
        return str(self._declared["table"] or model._meta.db_table)

    def validate(self, *_arguments: Any, **_options: Any) -> None:
        """Leave it to the database."""

    def deconstruct(self) -> tuple[str, tuple[()], dict[str, Any]]:
        """Return what a migration writes, but for what is usual."""
        path, _arguments, named = super().deconstruct()
        usual = {"each": "ROW", "arguments": (), "when": "", "table": ""}
        declared = self._declared.items()
        return path, (), named | {k: v for k, v in declared if usual.get(k) != v}

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Trigger):
            return NotImplemented
        return self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash(self.name)


# TRUNCATE, which no trigger of a row sees.
REFUSE_TRUNCATE = Trigger(function="refuse_truncate", fires="BEFORE TRUNCATE", each="STATEMENT")
# Rows that are written once.
REFUSE_CHANGE = Trigger(function="refuse_change", fires="BEFORE UPDATE OR DELETE")
# Rows that are never rewritten, but go with what they belong to.
REFUSE_UPDATE = Trigger(function="refuse_change", fires="BEFORE UPDATE")
