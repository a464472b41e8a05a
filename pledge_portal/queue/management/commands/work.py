"""`manage.py work`: the worker of the queue, as `manage.py serve` runs it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from pledge_portal.queue.worker import check_schema_is_current, run_worker


class Command(BaseCommand):
    """Works until it is stopped; several may work at once."""

    help = (
        "Utför bakgrundsjobben: skickar mejl, gör dokument och sköter det som är schemalagt."
        " make run startar den själv."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take whether to end when nothing waits."""
        parser.add_argument(
            "--until-empty",
            action="store_true",
            help="gör det som väntar nu och sluta sedan",
        )

    def handle(self, *, until_empty: bool, **options: Any) -> None:
        """Work."""
        check_schema_is_current()
        run_worker(until_empty=until_empty)
