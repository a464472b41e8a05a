"""Show what the public will read of a target, to whoever writes it.

The sentences are those of the public's pages, made by the same functions, of imagined actions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from html import unescape

from django.conf import settings
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.text import get_text_list
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from pledge_portal.pages.text import wording
from pledges.models import Commitment
from pledges.presentation.commitment import short_period, target_meaning, target_text
from pledges.presentation.progress import ProgressView, progress_view
from pledges.progress.imagined import Moment, PledgeTime, imagined


@dataclass(frozen=True)
class MomentView:
    """What the public reads at a moment; `label` says when that is."""

    label: str
    progress: ProgressView


@dataclass(frozen=True)
class TargetPreview:
    """What the public reads of a target in one language.

    `lang` is the language's code and `language` its name, both empty for that of the page itself.
    """

    target: SafeString
    meaning: str
    short_period: str
    moments: list[MomentView]
    lang: str = ""
    language: str = ""


def target_previews(commitment: Commitment, time: PledgeTime) -> list[TargetPreview]:
    """Return what the public will read of a target, the page's language first."""
    page = (get_language() or settings.LANGUAGE_CODE).partition("-")[0]
    previews = [target_preview(commitment, time)]
    for code, name in settings.LANGUAGES:
        if code != page:
            with override(code):
                preview = target_preview(commitment, time)
            previews.append(replace(preview, lang=code, language=str(name)))
    return previews


def target_preview(commitment: Commitment, time: PledgeTime) -> TargetPreview:
    """Return what the public will read of a target, in the language in use.

    The commitment needs no row in the database, and nothing is asked of it.
    """
    moments = imagined(commitment.target, time, is_secret=commitment.is_secret_kind)
    text = wording(commitment, "text")
    return TargetPreview(
        target=target_text(commitment),
        meaning=target_meaning(commitment),
        short_period=short_period(commitment),
        moments=_merged(
            (moment, progress_view(commitment, text, progress)) for moment, progress in moments
        ),
    )


def _merged(moments: Iterable[tuple[Moment, ProgressView]]) -> list[MomentView]:
    """Return moments once each, those that read alike as one."""
    views: dict[Moment, ProgressView] = {}
    for moment, view in moments:
        # The second period tells how it is on the way where the first one tells nothing.
        if moment not in views or views[moment] == views[Moment.BEFORE]:
            views[moment] = view
    merged: list[tuple[list[str], ProgressView]] = []
    for moment, view in views.items():
        if merged and merged[-1][1] == view:
            merged[-1][0].append(str(moment.label))
        else:
            merged.append(([str(moment.label)], view))
    return [MomentView(_listed(labels), view) for labels, view in merged]


def _listed(labels: list[str]) -> str:
    first, *others = labels
    return get_text_list([first, *(label[:1].lower() + label[1:] for label in others)], _("och"))


def plain_lines(preview: TargetPreview) -> Iterator[str]:
    """Yield a preview as lines of plain text."""
    yield _plain(preview.target)
    for moment in preview.moments:
        progress = moment.progress
        yield f"{moment.label}: {progress.verdict_label}. {_plain(progress.sentence)}"
        for span in progress.spans:
            yield f"  {span.label}: {span.verdict_label}. {_plain(span.sentence)}"


def _plain(html: SafeString) -> str:
    return unescape(strip_tags(html))
