"""Where log lines go, for Django's LOGGING; `logs` says what they hold."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ImproperlyConfigured

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


def log_settings(level: str, form: str, *, letters: bool) -> dict[str, Any]:
    """Return the settings; `letters` sends errors by letter too.

    Raises ImproperlyConfigured for a level or a form that there is none of.
    """
    if level not in LEVELS:
        raise ImproperlyConfigured(f"LOG_LEVEL ska vara något av {', '.join(LEVELS)}.")
    if form not in {"text", "json"}:
        raise ImproperlyConfigured("LOG_FORMAT ska vara text eller json.")
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "text": {"()": "pledge_portal.operations.logs.TextFormatter"},
            "json": {"()": "pledge_portal.operations.logs.JsonFormatter"},
        },
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": form},
            "letters": {"class": "pledge_portal.operations.error_mail.ErrorMailHandler"},
        },
        "root": {"handlers": ["console", *(["letters"] if letters else [])], "level": level},
        "loggers": {
            "pledge_portal.access": {"level": "INFO"},
            # Django's own handlers would write addresses, and send letters with what was posted.
            "django": {"handlers": []},
            "django.server": {"handlers": [], "propagate": True},
            # That somebody asked for what isn't there, the access log tells.
            "django.request": {"level": "ERROR"},
            # Anybody can cause these, as often as they like: no letters, and of the commonest no
            # line.
            "django.security": {"handlers": ["console"], "propagate": False},
            "django.security.DisallowedHost": {"level": "CRITICAL"},
            # What it warns of stands in the report that it gives, and its warnings name who has
            # signed.
            "pyhanko.sign.validation": {"level": "CRITICAL"},
        },
    }
