"""The hidden fields of every form that one is logged in for."""

from __future__ import annotations

from django import template
from django.http import HttpRequest
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html

from pledge_portal.pages.refused_forms import WITHOUT_SCRIPTS
from pledge_portal.pages.waiting_form import MARK, mark_of

register = template.Library()


class FormTokenNode(CsrfTokenNode):
    """Django's own token, who types in the form, and where, and if scripts do."""

    def render(self, context: Context) -> str:
        """Return the hidden fields."""
        request: HttpRequest | None = context.get("request")
        mark = mark_of(request) if request is not None else ""
        field = format_html(
            '<input type="hidden" name="{}" value="{}">'
            '<noscript><input type="hidden" name="{}" value="1"></noscript>',
            *(MARK, mark, WITHOUT_SCRIPTS),
        )
        return super().render(context) + (field if mark else "")


@register.tag
def csrf_token(parser: Parser, token: Token) -> FormTokenNode:
    """Stand in for Django's tag, so that no form is without the mark."""
    return FormTokenNode()
