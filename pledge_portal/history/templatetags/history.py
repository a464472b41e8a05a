"""What templates of the workspace ask of the history."""

from __future__ import annotations

from django import template
from django.db import models
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from pledge_portal.database.history import history_of
from pledge_portal.history.presentation import object_address

register = template.Library()


@register.simple_tag
def history_link(row: models.Model, name: str) -> SafeString:
    """Link to the history of a row that the reader sees.

    In a template: {% history_link pledge pledge.title %}. `name` tells people who can't see the
    page which row it is. Nothing for a row that has none. Asks the database nothing, so it may
    stand in lists.
    """
    history = history_of(type(row))
    if history is None:
        return SafeString("")
    return format_html(
        '<a href="{}">{}<span class="hidden-visually">: {}</span></a>',
        object_address(history, row.pk),
        _("Ändringar"),
        name,
    )
