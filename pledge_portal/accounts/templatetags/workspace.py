"""What the templates of the workspace ask for."""

from __future__ import annotations

import json
from typing import Any

from django import template
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest
from django.template.context import Context
from django.utils.crypto import salted_hmac

from pledge_portal.accounts.permissions import Action, may
from pledge_portal.pages.waiting_form import page_of_form

register = template.Library()


@register.filter(name="may")
def may_do(user: Any, action: str) -> bool:
    """Return whether a person may do an Action, by its name, anywhere."""
    return may(user, Action[action])


@register.inclusion_tag("components/kept_form.html", takes_context=True)
def kept_form(context: Context) -> dict[str, Any]:
    """Let the page's forms keep what is typed, for who is logged in alone."""
    request: HttpRequest = context["request"]
    key = request.user.pk
    person = salted_hmac("kept in the browser", str(key)).hexdigest()[:16] if key else ""
    return {
        "request": request,
        "person": person,
        "seconds": settings.SESSION_COOKIE_AGE,
        "page": page_of_form(request),
    }


@register.filter
def as_json(value: Any) -> str:
    """Return a value as JSON for an attribute that a script reads."""
    return json.dumps(value, cls=DjangoJSONEncoder)
