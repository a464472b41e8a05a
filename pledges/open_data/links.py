"""Whole addresses of pages, for readers of open data."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation


def address_of(name: str, *parts: Any) -> str:
    """Return the Swedish page's whole address."""
    with translation.override(settings.LANGUAGE_CODE):
        return f"{settings.SITE_URL}{reverse(name, args=parts)}"
