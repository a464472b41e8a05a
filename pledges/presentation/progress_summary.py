"""How a pledge's commitments stand taken together, in one sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Protocol

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pledges.progress import Verdict


class HasVerdict(Protocol):
    """Progress, or a view of it."""

    @property
    def verdict(self) -> Verdict:
        """How it stands."""


def progress_summary(views: Iterable[HasVerdict]) -> str:
    """Return how the commitments stand taken together, in one sentence."""
    counted = Counter(view.verdict for view in views)
    phrases = [
        phrase(counted[verdict]) % {"n": counted[verdict]}
        for verdict, phrase in _PHRASES.items()
        if counted[verdict]
    ]
    text = get_text_list(phrases, _("och"))
    total = sum(counted.values())
    head = ngettext("%(n)s åtagande", "%(n)s åtaganden", total) % {"n": total}
    return f"{head}: {text}." if text else f"{head}."


# What was judged comes first, what there is nothing to say of last.
_PHRASES: dict[Verdict, Callable[[int], str]] = {
    Verdict.REACHED: lambda n: ngettext("%(n)s har nått målet", "%(n)s har nått målet", n),
    Verdict.PARTLY: lambda n: ngettext(
        "%(n)s har delvis nått målet", "%(n)s har delvis nått målet", n
    ),
    Verdict.MISSED: lambda n: ngettext("%(n)s har inte nått målet", "%(n)s har inte nått målet", n),
    Verdict.REPORTED: lambda n: ngettext(
        "%(n)s är delvis redovisat", "%(n)s är delvis redovisade", n
    ),
    Verdict.UNMEASURED: lambda n: ngettext(
        "%(n)s är redovisat men går inte att bedöma i siffror",
        "%(n)s är redovisade men går inte att bedöma i siffror",
        n,
    ),
    Verdict.NOTHING_YET: lambda n: ngettext(
        "för %(n)s är inget redovisat än", "för %(n)s är inget redovisat än", n
    ),
    Verdict.UNREPORTED: lambda n: ngettext(
        "för %(n)s saknas redovisningen", "för %(n)s saknas redovisningen", n
    ),
    Verdict.NO_REQUEST: lambda n: ngettext(
        "för %(n)s är ingen begäran redovisad", "för %(n)s är ingen begäran redovisad", n
    ),
    Verdict.UPCOMING: lambda n: ngettext("%(n)s har inte börjat", "%(n)s har inte börjat", n),
    Verdict.HIDDEN: lambda n: ngettext(
        "%(n)s redovisas när perioden är slut", "%(n)s redovisas när perioden är slut", n
    ),
    Verdict.CUT: lambda n: ngettext("%(n)s avbröts i förtid", "%(n)s avbröts i förtid", n),
}
