"""What the templates of the workspace ask for."""

from __future__ import annotations

import json
from typing import Any

from django import template
from django.core.serializers.json import DjangoJSONEncoder

from pledge_portal.accounts.permissions import Action, may

register = template.Library()


@register.filter(name="may")
def may_do(user: Any, action: str) -> bool:
    """Return whether a person may do an Action, by its name, anywhere."""
    return may(user, Action[action])


@register.filter
def as_json(value: Any) -> str:
    """Return a value as JSON for an attribute that a script reads."""
    return json.dumps(value, cls=DjangoJSONEncoder)
