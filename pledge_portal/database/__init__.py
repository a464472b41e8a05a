"""Where the data lives: an embedded PostgreSQL, or DATABASE_URL's server."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote

import environ

from pledge_portal.database.embedded import EmbeddedServer


def connection_settings(database_url: str, owner_url: str, data_folder: Path) -> dict[str, Any]:
    """Return Django's connection settings for `database_url`.

    `OWNER` among them says how the tables' owner logs in, when it is another (see acting.as_owner).
    They are for the embedded server when both are empty. Starts nothing. Raises
    ImproperlyConfigured (with a sentence for the operator) when an address is not that of a
    PostgreSQL database.
    """
    from django.core.exceptions import ImproperlyConfigured

    if not database_url:
        if owner_url:
            raise ImproperlyConfigured("DATABASE_OWNER_URL gäller inte utan DATABASE_URL.")
        return EmbeddedServer(data_folder / "postgres").connection_settings("pledge_portal")
    serving = _settings_of("DATABASE_URL", database_url)
    if owner_url:
        owner = _settings_of("DATABASE_OWNER_URL", owner_url)
        if owner["NAME"] != serving["NAME"]:
            raise ImproperlyConfigured(
                "DATABASE_URL och DATABASE_OWNER_URL ska peka på samma databas."
            )
        serving["OWNER"] = owner
    return serving


def _settings_of(name: str, url: str) -> dict[str, Any]:
    from django.core.exceptions import ImproperlyConfigured

    parsed: dict[str, Any] = environ.Env.db_url_config(url)
    if parsed.get("ENGINE") != "django.db.backends.postgresql":
        raise ImproperlyConfigured(
            f"{name} ska peka på PostgreSQL, till exempel postgres://anvandare@vard/databas."
        )
    # libpq's own form of a socket's folder as host: postgres://%2Frun%2Fpostgresql/database.
    host = unquote(parsed["HOST"])
    return {**parsed, "HOST": host, "ENGINE": "pledge_portal.database.server_backend"}
