"""Django's PostgreSQL back end for the server that DATABASE_URL names."""
