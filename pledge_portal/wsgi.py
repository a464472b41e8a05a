"""The entry point for a WSGI server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pledge_portal.settings")
_portal = get_wsgi_application()

from pledge_portal.operations.front import Front  # noqa: E402  (needs the settings)

application = Front(_portal)
