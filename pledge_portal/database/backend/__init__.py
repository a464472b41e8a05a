"""Django's PostgreSQL back end for the embedded server."""
