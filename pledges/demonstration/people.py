"""Whoever works with a pledge in the demonstration."""

from __future__ import annotations

from dataclasses import dataclass

from pledge_portal.accounts.models import User


@dataclass(frozen=True)
class Staff:
    """An officer of the police, and a coordinator of the municipality.

    None in a portal whose demonstration has no accounts.
    """

    officer: User | None
    coordinator: User | None
