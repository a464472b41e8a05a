"""Django's PostgreSQL back end, in the database role of who asks."""

from django.db.backends.postgresql import base

from pledge_portal.database.acting import ActingConnection


class DatabaseWrapper(ActingConnection, base.DatabaseWrapper):
    """A connection to the operator's own server."""
