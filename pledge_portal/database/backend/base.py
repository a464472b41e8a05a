"""Django's PostgreSQL back end, which starts the embedded server.

It does so when somebody first connects. So every management command works whether the portal runs
or not, and a server that was killed is back at the next request.
"""

import atexit
from functools import cache
from pathlib import Path
from typing import Any

from django.db.backends.postgresql import base

from pledge_portal.database.acting import ActingConnection
from pledge_portal.database.cluster import EmbeddedServerError
from pledge_portal.database.embedded import EmbeddedServer


@cache
def used_server(folder: str) -> EmbeddedServer:
    """Return the server in `folder`, released when this process ends."""
    server = EmbeddedServer(Path(folder))
    atexit.register(server.release)
    return server


class DatabaseWrapper(ActingConnection, base.DatabaseWrapper):
    """A connection to the embedded server."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Return a new connection.

        Starts the server and makes its database first if need be. Raises OperationalError with a
        sentence for the operator when it can't be started.
        """
        server = used_server(self.settings_dict["EMBEDDED_FOLDER"])
        try:
            server.hold()
        except EmbeddedServerError as fault:
            raise self.Database.OperationalError(str(fault)) from fault
        name = conn_params.get("dbname")
        # Tests name databases of their own, which Django makes itself.
        if name and name == self.settings_dict.get("EMBEDDED_DATABASE"):
            server.ensure_database(name)
        return super().get_new_connection(conn_params)
