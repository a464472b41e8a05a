"""Say once what a page's head says several times."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString

register = template.Library()


class _Capture(template.Node):
    def __init__(self, nodelist: template.NodeList, name: str) -> None:
        self.nodelist, self._name = nodelist, name

    def render(self, context: template.Context) -> str:
        """Keep what stands between the tags, on one line, and show nothing."""
        context[self._name] = SafeString(" ".join(self.nodelist.render(context).split()))
        return ""


@register.tag
def capture(parser: Any, token: Any) -> _Capture:
    """Keep under a name what stands up to the end: {% capture title %}."""
    _tag, name = token.split_contents()
    nodelist = parser.parse(("endcapture",))
    parser.delete_first_token()
    return _Capture(nodelist, name)
