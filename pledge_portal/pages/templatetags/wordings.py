"""Template filters for texts that staff wrote, and labels."""

from __future__ import annotations

from django import template
from django.forms import BoundField
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
def of_field(error: str, field: BoundField) -> str:
    """Return an error, led by its field's label unless it names it.

    In a template: {{ error|of_field:field }}.
    """
    missing = str(field.field.error_messages["required"])
    is_named = str(error) == missing or str(field.label) in str(error)
    return str(error) if is_named else f"{as_lead(str(field.label))} {error}"


@register.filter
def blocks(wording: Wording, top_level: int) -> SafeString:
    """Show a Wording read as Markdown, its headings from h`top_level`.

    In a template: {{ section.text|blocks:3 }}.
    """
    return wording.as_blocks(top_level)
