"""All settings of the portal.

Each is read from the environment, and explained where it is read. Without SECRET_KEY the portal
runs as a demonstration: it makes what it needs in its data folder, answers only to the addresses of
this machine, and says on every page that it is a demonstration.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from pledge_portal.accounts.email_domains import email_domains
from pledge_portal.database import connection_settings
from pledge_portal.database.secrets import kept_secret
from pledge_portal.operations.log_settings import log_settings
from pledge_portal.pages.content_policy import content_security_policy
from pledge_portal.pages.shared_cache import shared_cache
from pledges.surveys.statistical_disclosure import Rule

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# The folder for everything that is kept and not in git: the embedded database, the demonstration's
# certificates and its secret key.
DATA_FOLDER = Path(env.str("DATA_FOLDER", default=str(BASE_DIR / "data"))).resolve()

# SECRET_KEY signs sign-in sessions. Unset means a demonstration (see the top of this file).
SECRET_KEY = env.str("SECRET_KEY", default="")
# SECRET_KEY_FALLBACKS: earlier ones, separated by commas. Secrets of second factors are sealed by
# them; whose seal has no key any longer has to set up their app anew.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
# DEMONSTRATION=1 keeps the demonstration's marks although SECRET_KEY is set; it can't be turned
# off without SECRET_KEY.
DEMONSTRATION = env.bool("DEMONSTRATION", default=not SECRET_KEY)
if not SECRET_KEY:
    if not DEMONSTRATION:
        raise ImproperlyConfigured(
            "SECRET_KEY saknas. Sätt SECRET_KEY till minst 50 slumpade tecken för skarp drift, "
            "eller kör utan DEMONSTRATION=0 för att visa demonstrationen."
        )
    SECRET_KEY = kept_secret(DATA_FOLDER / "secret_key")

# DEBUG shows faults in the browser; for the developer's own machine only.
DEBUG = env.bool("DEBUG", default=False)

# HOST and PORT: the address that `make run` serves on.
HOST = env.str("HOST", default="127.0.0.1")
PORT = env.int("PORT", default=8000)

# SITE_URL is the portal's public address, such as https://medborgarlofte.example.se; it decides
# whether the portal insists on https, and stands in the pledge documents.
SITE_URL = env.str("SITE_URL", default=f"http://{HOST}:{PORT}").rstrip("/")
HTTPS = urlsplit(SITE_URL).scheme == "https"

# ALLOWED_HOSTS: the host names that the portal answers to, separated by commas.
_own_hosts = ["localhost", "127.0.0.1", "[::1]", HOST] if DEMONSTRATION else []
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[*_own_hosts, urlsplit(SITE_URL).hostname or ""])
if DEMONSTRATION and HOST in {"0.0.0.0", "::"}:  # noqa: S104  (compared, not bound)
    ALLOWED_HOSTS = ["*"]

# BEHIND_PROXY=1 when a reverse proxy ends https and sets X-Forwarded-Proto and X-Forwarded-For.
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Whose address is counted when somebody guesses passwords: the last one that the proxy wrote.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_PROXY else 0

INSTALLED_APPS = [
    # First, so that accounts can take its models out of the administration.
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "pledge_portal.database",
    "pledge_portal.operations",
    "pledge_portal.pages",
    "pledge_portal.accounts.apps.AccountsConfig",
    "procrastinate.contrib.django",
    "pledge_portal.queue",
    "pledges",
    "dialogues",
    "news",
    "modeltranslation",
    # After modeltranslation, which adds columns whose changes are kept too.
    "pledge_portal.history",
    "pledge_portal.accounts.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "template_partials",
    "csp",
]

MIDDLEWARE = [
    "pledge_portal.pages.middleware.PublicDatabaseRole",
    "pledge_portal.pages.middleware.PublicPageCache",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "pledge_portal.pages.middleware.PermissionsPolicy",
    "django.middleware.http.ConditionalGetMiddleware",
    "pledge_portal.pages.middleware.LanguageFromAddress",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "pledge_portal.accounts.middleware.SecondFactorRequired",
    "pledge_portal.history.middleware.ChangeAuthor",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "pledge_portal.pages.middleware.LimitedMakers",
]

ROOT_URLCONF = "pledge_portal.urls"
WSGI_APPLICATION = "pledge_portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "pledge_portal.pages.context.layout",
                "pledge_portal.accounts.context.single_sign_on",
            ],
            "builtins": ["pledge_portal.pages.templatetags.form_token"],
        },
    },
]

# DATABASE_URL: a PostgreSQL server (15 or newer), as postgres://user:password@host/name or, by its
# socket's folder, postgres:///name?host=/run/postgresql. Unset: the one in the data folder.
# DATABASE_OWNER_URL: the same database by the account that owns the tables, for `migrate` alone.
_OWNER_URL = env.str("DATABASE_OWNER_URL", default="")
DATABASES = {
    "default": {
        **connection_settings(env.str("DATABASE_URL", default=""), _OWNER_URL, DATA_FOLDER),
        # Connections live on between requests; a broken one is found before it is used.
        "CONN_MAX_AGE": env.int("DATABASE_CONNECTION_SECONDS", default=300),
        "CONN_HEALTH_CHECKS": True,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator"},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.NumericPasswordValidator"},
]

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "workspace"
LOGOUT_REDIRECT_URL = "account_login"
# SESSION_HOURS: how long a login lasts, whatever is done; it also ends with the browser.
SESSION_COOKIE_AGE = env.int("SESSION_HOURS", default=12) * 60 * 60
# What the next page is to say ends with the login; a cookie would say it to whoever comes next.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Accounts are made by invitation; e-mail and password, then a second factor, open the workspace.
ACCOUNT_ADAPTER = "pledge_portal.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
# An address is proven by the invitation that was sent to it.
ACCOUNT_EMAIL_VERIFICATION = "none"
MFA_ALLOW_UNVERIFIED_EMAIL = True
# "I forgot my password" answers the same whether there is such an account or not, and sends
# nothing to addresses that have none.
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "reset_password": "20/m/ip,3/10m/key",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
    "reset_password_from_key": "20/m/ip",
}
ACCOUNT_FORMS = {
    "login": "pledge_portal.accounts.forms.LoginForm",
    "change_password": "pledge_portal.accounts.forms.ChangePasswordForm",
    "reset_password": "pledge_portal.queue.forgotten_password.ResetPasswordForm",
    "reset_password_from_key": "pledge_portal.accounts.forms.ResetPasswordKeyForm",
    "reauthenticate": "pledge_portal.accounts.forms.ReauthenticatePasswordForm",
}
MFA_ADAPTER = "pledge_portal.accounts.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
# One step of thirty seconds either way, for clocks that are a little wrong.
MFA_TOTP_TOLERANCE = 1
# Browsers know security keys on https and on http://localhost alone.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMONSTRATION
MFA_FORMS = {
    "authenticate": "pledge_portal.accounts.forms.AuthenticateForm",
    "reauthenticate": "pledge_portal.accounts.forms.ReauthenticateCodeForm",
    "activate_totp": "pledge_portal.accounts.forms.ActivateTOTPForm",
    "add_webauthn": "pledge_portal.accounts.forms.AddWebAuthnForm",
    "edit_webauthn": "pledge_portal.accounts.forms.EditWebAuthnForm",
}
# The second factor of the demonstration's own accounts; no setting gives one outside of it.
DEMONSTRATION_CODE = "246810" if DEMONSTRATION else ""

# The organisation's own login by OpenID Connect (Entra ID, Freja or SITHS by way of a broker).
# OIDC_SERVER_URL: the provider's address, below which it has /.well-known/openid-configuration;
# unset means that one logs in by password alone. OIDC_CLIENT_ID and OIDC_CLIENT_SECRET: what the
# provider knows the portal by; it answers to <SITE_URL>/logga-in/organisation/organisation/svar/.
# OIDC_NAME: what the button calls it.
OIDC_SERVER_URL = env.str("OIDC_SERVER_URL", default="").rstrip("/")
OIDC_NAME = env.str("OIDC_NAME", default="din organisation")
# OIDC_EMAIL_CLAIM: which of the provider's claims is the e-mail address. OIDC_EMAIL_IS_VERIFIED=1
# says that its addresses can be relied on although it doesn't say email_verified (Entra ID); what
# it says is not verified never is.
OIDC_EMAIL_CLAIM = env.str("OIDC_EMAIL_CLAIM", default="email")
OIDC_EMAIL_IS_VERIFIED = env.bool("OIDC_EMAIL_IS_VERIFIED", default=False)
# OIDC_EMAIL_DOMAINS: which domains' addresses it is believed about, and for which parties, as in
# "alvsbyn.se=alvsbyn,polisen.se=polisen-pitea-alvdal" (the names of SIGNING_KEYS' folders; several
# for a domain are parted by spaces). Whoever holds a role for another logs in by password.
OIDC_EMAIL_DOMAINS = email_domains(env.dict("OIDC_EMAIL_DOMAINS", default={}), OIDC_SERVER_URL)
# OIDC_SECOND_FACTOR_ACR and OIDC_SECOND_FACTOR_AMR: the values of acr, such as
# "http://id.sambi.se/loa/loa3", and of amr, such as "mfa", that mean a strong login, separated by
# commas; then the portal asks for no second factor itself.
OIDC_SECOND_FACTOR_ACR = env.list("OIDC_SECOND_FACTOR_ACR", default=[])
OIDC_SECOND_FACTOR_AMR = env.list("OIDC_SECOND_FACTOR_AMR", default=[])
if "OIDC_SECOND_FACTOR_VALUES" in os.environ:
    raise ImproperlyConfigured(
        "OIDC_SECOND_FACTOR_VALUES gäller inte längre. Skriv värdena av acr i "
        "OIDC_SECOND_FACTOR_ACR och dem av amr i OIDC_SECOND_FACTOR_AMR."
    )
# OIDC_ACR_VALUES: which values of acr to ask the provider for, separated by spaces.
OIDC_ACR_VALUES = env.str("OIDC_ACR_VALUES", default="")
# OIDC_LOGIN_ORIGIN: where the provider's login page is, when that isn't OIDC_SERVER_URL's own host.
OIDC_LOGIN_ORIGIN = env.str(
    "OIDC_LOGIN_ORIGIN",
    default="{0.scheme}://{0.netloc}".format(urlsplit(OIDC_SERVER_URL)) if OIDC_SERVER_URL else "",
)
SOCIALACCOUNT_ADAPTER = "pledge_portal.accounts.single_sign_on.SingleSignOnAdapter"
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "organisation",
                "name": OIDC_NAME,
                "client_id": env.str("OIDC_CLIENT_ID", default=""),
                "secret": env.str("OIDC_CLIENT_SECRET", default=""),
                "settings": {"server_url": OIDC_SERVER_URL},
            }
        ]
        if OIDC_SERVER_URL
        else [],
    }
}

# Failed logins are counted in the database, so that all processes count together.
CACHES: dict[str, dict[str, object]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "accounts_attempts",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# CACHE_URL: a Valkey or Redis server where all server processes, of several machines too, find the
# public pages that one of them has made, as redis://host:6379/0 (rediss:// for TLS, valkey:// for
# the same). Nothing needs it: unset, or when it doesn't answer, each process makes its own.
CACHE_URL = env.str("CACHE_URL", default="")
if CACHE_URL:
    CACHES["public_pages"] = shared_cache(CACHE_URL)

# EMAIL_URL: how letters are sent, as smtp+tls://user:password@host:587. The demonstration writes
# them to the terminal. EMAIL_FROM: the address that they come from.
_terminal_or_post = "consolemail://" if DEMONSTRATION else "smtp://localhost:25"
globals().update(_email := env.email("EMAIL_URL", default=_terminal_or_post))
# No page waits for the mail server: letters go by way of the queue, whose worker delivers them.
EMAIL_DELIVERY_BACKEND = _email["EMAIL_BACKEND"]
EMAIL_BACKEND = "pledge_portal.queue.mail.QueuedEmailBackend"
DEFAULT_FROM_EMAIL = env.str(
    "EMAIL_FROM", default=f"medborgarloften@{urlsplit(SITE_URL).hostname or 'localhost'}"
)
EMAIL_TIMEOUT = 20

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = None
# The modules that declare jobs, or import those that do.
PROCRASTINATE_IMPORT_PATHS = [
    *("pledge_portal.queue.mail", "pledge_portal.queue.forgotten_password"),
    *("pledges.jobs", "dialogues.jobs", "news.jobs"),
]
PROCRASTINATE_WORKER_DEFAULTS = {"delete_jobs": "successful"}
# JOB_HEARTBEAT_SECONDS: how often a worker shows that it lives. When three are missing, another
# takes up what it had begun.
JOB_HEARTBEAT_SECONDS = env.float("JOB_HEARTBEAT_SECONDS", default=10)

LANGUAGE_CODE = "sv"
LANGUAGES = [("sv", _("Svenska")), ("en", _("Engelska"))]
MODELTRANSLATION_DEFAULT_LANGUAGE = "sv"
MODELTRANSLATION_FALLBACK_LANGUAGES = ("sv",)
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
TIME_ZONE = "Europe/Stockholm"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = DATA_FOLDER / "collected-static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Only the names that pages use are packed: half the work at the first start.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# OPEN_FORMS_PER_HOUR: how many forms are taken from one network, such as a school's, within the
# hour; OPEN_FORMS_WITHOUT_SCRIPT: how many when the browser runs no scripts to show its work with.
OPEN_FORMS_PER_HOUR = env.int("OPEN_FORMS_PER_HOUR", default=200)
OPEN_FORMS_WITHOUT_SCRIPT = env.int("OPEN_FORMS_WITHOUT_SCRIPT", default=30)
# VERIFICATIONS_PER_HOUR: how many PDF files are examined for one network within the hour.
VERIFICATIONS_PER_HOUR = env.int("VERIFICATIONS_PER_HOUR", default=60)

# What may be told of surveys among pupils (pledges/surveys/statistical_disclosure.py).
# SURVEY_SMALLEST_GROUP: of how many answers at least shares are shown; SURVEY_SMALLEST_CELL: how
# many must at least have said yes, and how many no. Both can be raised, never lowered.
_LEAST = Rule()
SURVEY_SMALLEST_GROUP = env.int("SURVEY_SMALLEST_GROUP", default=_LEAST.smallest_group)
SURVEY_SMALLEST_CELL = env.int("SURVEY_SMALLEST_CELL", default=_LEAST.smallest_cell)
if _LEAST.smallest_group > SURVEY_SMALLEST_GROUP:
    raise ImproperlyConfigured(
        f"SURVEY_SMALLEST_GROUP får vara lägst {_LEAST.smallest_group}: färre svar än så kan peka "
        "ut enskilda elever."
    )
if not _LEAST.smallest_cell <= SURVEY_SMALLEST_CELL <= SURVEY_SMALLEST_GROUP:
    raise ImproperlyConfigured(
        f"SURVEY_SMALLEST_CELL får vara lägst {_LEAST.smallest_cell}, för att inte peka ut "
        "enskilda elever, och högst lika stort som SURVEY_SMALLEST_GROUP."
    )

# PUBLIC_PAGES_MB: how many megabytes of public pages a server process keeps in memory; 0 keeps
# none. PUBLIC_PAGE_CHECK_SECONDS: how long after a change a kept page may still be shown, at most.
PUBLIC_PAGES_MB = env.float("PUBLIC_PAGES_MB", default=64)
PUBLIC_PAGE_CHECK_SECONDS = env.float("PUBLIC_PAGE_CHECK_SECONDS", default=1.0)

# How many answers a process of the web server makes at once; `serve --threads` says another.
WEB_THREADS = 4

# Uploaded files stay in memory and are never written to disk; the verify page's own limit is lower
# than what Django would accept.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
# VERIFY_MAX_MB: the largest PDF, in megabytes, that the verify page examines.
VERIFY_MAX_MB = env.int("VERIFY_MAX_MB", default=20)
FILE_UPLOAD_MAX_MEMORY_SIZE = VERIFY_MAX_MB * 1024 * 1024

# TIMESTAMP_URL: an RFC 3161 timestamp authority for signatures. Unset means that a signature bears
# the time of this machine's clock. Set, it also makes the document last when all have signed (PAdES
# B-LTA): for that the authority's root must be among TRUSTED_CERTIFICATES. What couldn't be done
# then, and what has to be renewed, `manage.py renew_documents` does; run it daily.
TIMESTAMP_URL = env.str("TIMESTAMP_URL", default="")
# RENEW_TIMESTAMPS_BEFORE_DAYS: a document gets a new timestamp this many days before the
# certificate of its last one ends. RENEW_TIMESTAMPS_AFTER_DAYS: and at this age, however long that
# is valid, so that no algorithm grows weak under it.
RENEW_TIMESTAMPS_BEFORE_DAYS = env.int("RENEW_TIMESTAMPS_BEFORE_DAYS", default=90)
RENEW_TIMESTAMPS_AFTER_DAYS = env.int("RENEW_TIMESTAMPS_AFTER_DAYS", default=5 * 365)
# SIGNING_KEYS: a folder with a folder for each party ("alvsbyn", "polisen-pitea-alvdal") and in it
# the keys that its signatories can sign with in the workspace:
#   NAME.p12            a key in a file (PKCS#12)
#   NAME.pkcs11.toml    a key on a device (PKCS#11):
#                         module = "/usr/lib/..."  the file of the device's library
#                         token = "..."            the token's label
#                         certificate = "..."      the certificate's label on it
#                         key = "..."              the key's label; the certificate's unless given
#   NAME.csc.toml       a key in a remote signing service (Cloud Signature Consortium API 1.0.4):
#                         address = "https://..."  what comes before /csc/v1/
#                         credential = "..."       the key's id in the service
#                         client_id = "..."        with one, a token is asked for (client's login)
#                         token_address = "..."    there; address + /oauth2/token unless given
#                         seconds = 60             the longest wait for an answer
#                         certificate_sha256 = "..."  the only certificate that is taken, if given
# SIGNING_KEY_PASSPHRASE_<PARTY>_<NAME>, in capitals with _ for every other sign: what opens one; of
# a device its PIN, of a remote service the bearer token or the client's secret. The signatory's own
# PIN and one-time code are asked for at the moment of signing, where the service wants them, and
# kept nowhere.
SIGNING_KEYS = env.str("SIGNING_KEYS", default="")
_PASSPHRASE = "SIGNING_KEY_PASSPHRASE_"  # noqa: S105  (a name, not a passphrase)
SIGNING_KEY_PASSPHRASES = {
    name.removeprefix(_PASSPHRASE): value
    for name, value in os.environ.items()
    if name.startswith(_PASSPHRASE)
}
# TRUSTED_CERTIFICATES: a folder of PEM files, the authorities whose signatures the verify page and
# `verify_pledge` trust. The demonstration's own authority is added while DEMONSTRATION is on.
TRUSTED_CERTIFICATES = env.str("TRUSTED_CERTIFICATES", default="")

CONTENT_SECURITY_POLICY = content_security_policy(OIDC_LOGIN_ORIGIN)
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_SSL_REDIRECT = HTTPS
# HSTS_SECONDS: for how long a browser that has been here asks by https alone, whatever a link says.
# Nobody can take it back sooner, so begin with an hour (the default), go on to a day (86400) and a
# month (2592000), and end at a year (31536000). HSTS_SUBDOMAINS=1: so do all hosts below SITE_URL's
# own. HSTS_PRELOAD=1: browsers may be shipped with it, which takes a year and the subdomains.
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=3600) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS and env.bool("HSTS_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = HTTPS and env.bool("HSTS_PRELOAD", default=False)
if SECURE_HSTS_PRELOAD and not (
    SECURE_HSTS_INCLUDE_SUBDOMAINS and SECURE_HSTS_SECONDS >= 365 * 24 * 60 * 60
):
    raise ImproperlyConfigured("HSTS_PRELOAD=1 kräver HSTS_SUBDOMAINS=1 och HSTS_SECONDS=31536000.")
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "pledge_portal.pages.views.csrf_failure"
SESSION_COOKIE_SAMESITE = "Lax"

# LOG_LEVEL: what the log tells of. ERROR: faults of ours. WARNING (the default): also what couldn't
# be done, such as a letter that wasn't sent. INFO: also what the portal does. DEBUG: also where
# libraries are at work. Whichever it is, the log holds nothing that anybody has typed.
# LOG_FORMAT: text for people, json for machines (the default outside the demonstration).
# ACCESS_LOG=0 leaves out the line for each request (the demonstration has none unless it is 1).
LOG_LEVEL = env.str("LOG_LEVEL", default="WARNING").upper()
LOG_FORMAT = env.str("LOG_FORMAT", default="text" if DEMONSTRATION else "json")
ACCESS_LOG = env.bool("ACCESS_LOG", default=not DEMONSTRATION)
# ERROR_EMAIL: the addresses, separated by commas, that faults of ours are sent to.
ERROR_EMAIL = env.list("ERROR_EMAIL", default=[])
LOGGING = log_settings(LOG_LEVEL, LOG_FORMAT, letters=bool(ERROR_EMAIL))

# Whether subdomains and preloading belong to HSTS is the operator's to say (HSTS_SUBDOMAINS).
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
