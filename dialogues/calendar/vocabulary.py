"""The lists of themes and districts that residents choose from."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from dialogues.models import District, Theme
from pledges.models import Municipality


@transaction.atomic
def set_lists(
    municipality: Municipality, themes: list[tuple[str, str]], districts: list[str]
) -> None:
    """Set the lists to these, in this order.

    What is no longer named is retired: it stays where somebody has chosen it, and comes back when
    it is named again.
    """
    Municipality.objects.select_for_update().get(pk=municipality.pk)
    # Staff work in Swedish, so `name` is the Swedish one.
    kept_themes: dict[str, Any] = {
        theme.name.lower(): theme for theme in Theme.objects.filter(municipality=municipality)
    }
    for position, (name, english) in enumerate(themes):
        theme = kept_themes.pop(name.lower(), None) or Theme(municipality=municipality)
        values: dict[str, object] = {
            "name_sv": name,
            "name_en": english or None,
            "position": position,
            "is_retired": False,
        }
        _save_if_changed(theme, values)
    kept_districts: dict[str, Any] = {
        district.name.lower(): district
        for district in District.objects.filter(municipality=municipality)
    }
    for position, name in enumerate(districts):
        district = kept_districts.pop(name.lower(), None) or District(municipality=municipality)
        _save_if_changed(district, {"name": name, "position": position, "is_retired": False})
    for left in [*kept_themes.values(), *kept_districts.values()]:
        _save_if_changed(left, {"is_retired": True})


def _save_if_changed(entry: Any, values: dict[str, object]) -> None:
    if entry.pk is None or any(getattr(entry, name) != value for name, value in values.items()):
        for name, value in values.items():
            setattr(entry, name, value)
        entry.save()
