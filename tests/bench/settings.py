"""The portal's settings with a bare view beside the portal's own, to measure against."""

from pledge_portal.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.urls"
WSGI_APPLICATION = "tests.bench.wsgi.application"
