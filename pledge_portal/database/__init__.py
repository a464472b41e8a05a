"""Where the data lives: an embedded PostgreSQL, or DATABASE_URL's server."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote

import environ

from pledge_portal.database.embedded import EmbeddedServer


def connection_settings(database_url: str, data_folder: Path) -> dict[str, Any]:
    """Return Django's connection settings for `database_url`.

    They are for the embedded server when it is empty. Starts nothing. Raises ImproperlyConfigured
    (with a sentence for the operator) when the address is not that of a PostgreSQL database.
    """
    from django.core.exceptions import ImproperlyConfigured

    if not database_url:
        return EmbeddedServer(data_folder / "postgres").connection_settings("pledge_portal")
    parsed: dict[str, Any] = environ.Env.db_url_config(database_url)
    if parsed.get("ENGINE") != "django.db.backends.postgresql":
        raise ImproperlyConfigured(
            "DATABASE_URL ska peka på PostgreSQL, till exempel postgres://anvandare@vard/databas."
        )
    # libpq's own form of a socket's folder as host: postgres://%2Frun%2Fpostgresql/database.
    host = unquote(parsed["HOST"])
    return {**parsed, "HOST": host, "ENGINE": "pledge_portal.database.server_backend"}
