"""The roles of the database that the portal works as.

The owner makes and changes tables: it is who runs `migrate`, and nobody else. The serving role is
what the web server, the worker and all other commands are members of: it reads and writes rows, and
owns nothing. The public's role is taken on for anonymous requests: it reads what the public sees.

Roles belong to the whole server and to no database of their own.
"""

SERVER_ROLE = "pledge_portal_server"
PUBLIC_ROLE = "pledge_portal_public"

# NOINHERIT: it takes on the public's role when it is told to, and else has none of its rules.
ATTRIBUTES = {SERVER_ROLE: "NOLOGIN NOINHERIT", PUBLIC_ROLE: "NOLOGIN"}
