"""`manage.py db start|stop|status`: the embedded PostgreSQL by hand."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from pledge_portal.database.cluster import EmbeddedServerError
from pledge_portal.database.embedded import EmbeddedServer


class Command(BaseCommand):
    """Starts, stops or shows the embedded server.

    A server started by it stays until it is stopped.
    """

    help = (
        "Startar, stoppar eller visar den inbyggda databasen. En databas som startats så går tills"
        " den stoppas; annars går den medan något kommando eller portalen använder den."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what to do."""
        parser.add_argument("action", choices=["start", "stop", "status"])

    def handle(self, *, action: str, **options: Any) -> None:
        """Start, stop or only look, and say how the server stands.

        Raises CommandError when DATABASE_URL is set or the server can't do what was asked.
        """
        configured = settings.DATABASES["default"]
        if "EMBEDDED_FOLDER" not in configured:
            raise CommandError("DATABASE_URL är satt, så den inbyggda databasen används inte.")
        server = EmbeddedServer(Path(configured["EMBEDDED_FOLDER"]))
        try:
            if action == "start":
                server.start()
                server.ensure_database(configured["NAME"])
                server.stay()
            elif action == "stop":
                server.stop()
            self.stdout.write(self._state(server, configured["NAME"]))
        except EmbeddedServerError as fault:
            raise CommandError(str(fault)) from fault

    def _state(self, server: EmbeddedServer, name: str) -> str:
        if not server.is_running():
            return "Den inbyggda databasen är stoppad."
        how_long = (
            "tills den stoppas med manage.py db stop" if server.stays() else "så länge den används"
        )
        return (
            f"Den inbyggda databasen går, {how_long}."
            f" Anslut: psql -h {server.socket_folder} -U postgres {name}"
        )
