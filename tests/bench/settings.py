"""The portal's settings with a bare view beside them, to measure against.

The view stands beside the portal's own.
"""

from pledge_portal.settings import *  # noqa: F403
from pledge_portal.settings import MIDDLEWARE as _MIDDLEWARE

ROOT_URLCONF = "tests.bench.urls"
WSGI_APPLICATION = "tests.bench.wsgi.application"
_keeping = _MIDDLEWARE.index("pledge_portal.pages.middleware.PublicPageCache")
MIDDLEWARE = [*_MIDDLEWARE[: _keeping + 1], "tests.bench.making.told", *_MIDDLEWARE[_keeping + 1 :]]
