"""A migration that makes all tables of an app in one go.

Django would make the classes of all models anew for each of hundreds of steps, which is nearly the
whole time that a first start takes; here they are made once, as they are when the migration ends.
"""

from __future__ import annotations

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import Migration
from django.db.migrations.state import ProjectState


class InitialMigration(Migration):
    """Makes each table as the whole migration leaves it.

    So it changes no table, and each of its models is whole where it is made.
    """

    initial = True

    def apply(
        self,
        project_state: ProjectState,
        schema_editor: BaseDatabaseSchemaEditor,
        collect_sql: bool = False,
    ) -> ProjectState:
        """Make the tables, and do what other steps there are, in their order."""
        models = {name: model.clone() for name, model in project_state.models.items()}
        after = self.mutate_state(ProjectState(models, project_state.real_apps), preserve=False)
        for operation in self.operations:
            operation.database_forwards(self.app_label, schema_editor, project_state, after)
        return after
