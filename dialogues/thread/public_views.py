"""From word to deed, for everyone: one page that draws the whole of it."""

from __future__ import annotations

from operator import attrgetter

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from dialogues.models import ThemeAnswer
from dialogues.thread.presentation import theme_views
from dialogues.thread.rules import dialogues_before
from pledge_portal.pages.page_versions import Shows, public_page
from pledges import presentation
from pledges.follow_ups.voices import promises
from pledges.presentation.lookup import get_pledge_or_404


@require_safe
@public_page(shows=Shows.MUNICIPALITY)
def thread(request: HttpRequest, slug: str, period: str) -> HttpResponse:
    """Show what residents said, what each theme led to, and how that goes."""
    pledge, municipality, pledges = get_pledge_or_404(slug, period)
    view = presentation.pledge_view(pledge, municipality, timezone.localdate())
    both_voices = promises(pledge, view.standing)
    dialogues = dialogues_before(pledge, municipality)
    themes = theme_views(dialogues, ThemeAnswer.objects.public().for_pledge(pledge))
    later = [other for other in pledges if other.valid_from > pledge.valid_from]
    following = min(later, key=attrgetter("valid_from"), default=None)
    context: dict[str, object] = {
        "municipality": municipality,
        "pledge": view,
        "dialogues": dialogues,
        "themes": [
            (theme, [both_voices[commitment.pk] for commitment in theme.commitments])
            for _theme, theme in themes
        ],
        "next": presentation.other_pledge(following, municipality, view.standing.on)
        if following
        else None,
    }
    context["swedish_texts"] = presentation.is_partly_swedish(*context.values())
    return render(request, "dialogues/thread.html", context)
