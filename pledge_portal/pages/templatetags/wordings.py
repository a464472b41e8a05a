"""Template filters for texts that staff wrote, and labels."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from pledge_portal.pages.text import Wording, lang_attribute, proper_name

register = template.Library()


register.filter("proper_name", proper_name)
register.filter("lang", lang_attribute)


@register.filter
def as_lead(label: str) -> str:
    """Return a field's label as it stands before what is said of the field."""
    return label if str(label).endswith((".", "?", "!", ":")) else f"{label}:"


@register.filter
def blocks(wording: Wording, top_level: int) -> SafeString:
    """Show a Wording read as Markdown, its headings from h`top_level`.

    In a template: {{ section.text|blocks:3 }}.
    """
    return wording.as_blocks(top_level)
