"""The portal's own settings as the tests run them.

They hold whatever the caller's environment says. DATABASE_URL alone is listened to: it lets the
tests run on a PostgreSQL server.
"""

import os
from pathlib import Path

# Each run has databases of its own, so that two runs at once don't disturb each other. The
# processes that pytest-xdist starts inherit the name.
RUN = os.environ.setdefault("TEST_RUN", str(os.getpid()))
FOLDER = Path(__file__).resolve().parent.parent / "data" / "test"

_THE_CALLERS = """
    SECRET_KEY DEMONSTRATION DEBUG HOST PORT SITE_URL ALLOWED_HOSTS BEHIND_PROXY VERIFY_MAX_MB
    TIMESTAMP_URL TRUSTED_CERTIFICATES DATABASE_CONNECTION_SECONDS DATABASE_OWNER_URL BENCH
    HSTS_SECONDS HSTS_SUBDOMAINS HSTS_PRELOAD LOG_LEVEL LOG_FORMAT ACCESS_LOG ERROR_EMAIL
    EMAIL_URL EMAIL_FROM SESSION_HOURS
    OIDC_SERVER_URL OIDC_CLIENT_ID OIDC_CLIENT_SECRET OIDC_NAME OIDC_EMAIL_CLAIM
    SECRET_KEY_FALLBACKS PUBLIC_PAGES_MB PUBLIC_PAGE_CHECK_SECONDS CACHE_URL
    OIDC_ACR_VALUES OIDC_EMAIL_IS_VERIFIED OIDC_EMAIL_DOMAINS OIDC_LOGIN_ORIGIN
    OIDC_SECOND_FACTOR_ACR OIDC_SECOND_FACTOR_AMR OIDC_SECOND_FACTOR_VALUES
    SURVEY_SMALLEST_GROUP SURVEY_SMALLEST_CELL JOB_HEARTBEAT_SECONDS
"""
for _name in _THE_CALLERS.split():
    os.environ.pop(_name, None)
os.environ["DATA_FOLDER"] = str(FOLDER)

from pledge_portal.database.roles import SERVER_ROLE  # noqa: E402
from pledge_portal.settings import *  # noqa: E402, F403
from pledge_portal.settings import DATABASES, STORAGES  # noqa: E402

# The tests log in as the owner, whom as_owner lets them be, and work as the portal serves.
DATABASES["default"] |= DATABASES["default"].pop("OWNER", {})
DATABASES["default"]["OPTIONS"] = {"options": f"-c role={SERVER_ROLE}"}
DATABASES["default"]["TEST"] = {"NAME": f"test_pledge_portal_{RUN}"}
# Styles and scripts are read where they lie; the tests of a served portal gather them.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
# Tests change things and look at once.
PUBLIC_PAGE_CHECK_SECONDS = 0.0
# The real hashing is slow by design.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# pytest-django puts the same in the place of EMAIL_BACKEND: letters are in `mail.outbox` at once.
EMAIL_DELIVERY_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
