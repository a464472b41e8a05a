"""What the pledge document's template needs."""

from django import template
from django.utils.safestring import SafeString

from pledge_portal.pages.markdown import markdown_to_html

register = template.Library()


@register.filter
def markdown_for_print(text: str, top_level: int) -> SafeString:
    """Return Markdown as HTML whose highest heading is h`top_level`."""
    return markdown_to_html(text, top_level)
