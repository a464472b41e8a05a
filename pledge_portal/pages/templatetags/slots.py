"""Name a slot in a template, for the apps above to fill."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe

from pledge_portal.pages import slots

register = template.Library()
register.simple_tag(slots.provided, name="provided")


@register.simple_tag(takes_context=True)
def slot(context: Context, slot_name: str, **about: Any) -> SafeString:
    """Return what apps show in a slot, as HTML; empty when none does."""
    parts = []
    for filling in slots.fillings(slot_name):
        own = context.new({"request": context.get("request"), **filling.context(**about)})
        shown = context.template.engine.get_template(  # type: ignore[union-attr]
            filling.template
        ).render(own)
        parts.append(shown.strip())
    # The templates escape what they show.
    return mark_safe("\n".join(filter(None, parts)))  # noqa: S308
