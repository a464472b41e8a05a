"""What the picture beside a shared link says.

It says nothing that the page doesn't, in the same words. A picture is known by the digest of what
it says (`LinkText.digest`), so that one which says what isn't so any longer is no page's picture.
"""

from __future__ import annotations

import hashlib
import html
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from pledges.lifecycle import State
from pledges.models import Municipality
from pledges.presentation import (
    CommitmentView,
    CommitmentVoices,
    Fulfilment,
    PledgeView,
)
from pledges.presentation.marks import ShownMark
from pledges.progress import Verdict

WIDTH, HEIGHT = 1200, 630
# Counts up when pictures are drawn otherwise, so that all are made anew.
_DRAWN_AS = 1
_COLOURS = {
    State.IN_FORCE: "done",
    State.HELD_OVER: "done",
    State.ANNULLED: "missed",
    Verdict.REACHED: "done",
    Verdict.PARTLY: "missed",
    Verdict.MISSED: "missed",
}


@dataclass(frozen=True)
class Line:
    """A sentence, and the colour that pages give it: done, missed or neutral.

    `is_state` when it says by itself how things stand.
    """

    text: str
    colour: str = "neutral"
    is_state: bool = False


@dataclass(frozen=True)
class LinkText:
    """What a picture says.

    `path` is the page's address; `marks` are the parties' marks, as addresses of what they show;
    `demonstration` is empty outside of one.
    """

    path: str
    place: str
    title: str
    lines: tuple[Line, ...]
    parties: str
    marks: tuple[str, ...]
    demonstration: str

    @cached_property
    def digest(self) -> str:
        """What tells the picture from all that say something else."""
        return hashlib.sha256(f"{_DRAWN_AS}\n{self!r}".encode()).hexdigest()

    @property
    def picture_path(self) -> str:
        """The picture's own address, which changes with what it says."""
        return f"{self.path}lankbild/{self.digest}.png"

    @property
    def url(self) -> str:
        """The picture's whole address."""
        return f"{settings.SITE_URL}{self.picture_path}"

    @property
    def alt(self) -> str:
        """All that the picture says, for those who don't see it."""
        sentences = [
            self.demonstration,
            f"{self.title}, {self.place}.",
            *(line.text if line.text.endswith(".") else f"{line.text}." for line in self.lines),
        ]
        return " ".join(filter(None, sentences))


def text_of_pledge(
    municipality: Municipality,
    view: PledgeView,
    fulfilment: Fulfilment,
    marks: Sequence[ShownMark],
) -> LinkText:
    """Return what a pledge's picture says: if it holds, and if it is kept."""
    return _text(
        reverse("pledge", args=[municipality.slug, view.period]),
        view,
        view.place,
        view.title.text,
        [
            Line(view.answer.label, _COLOURS.get(view.answer.state, "neutral"), is_state=True),
            *(Line(text) for text in (fulfilment.council, fulfilment.reported) if text),
        ],
        marks,
    )


def text_of_commitment(
    municipality: Municipality,
    view: PledgeView,
    commitment: CommitmentView,
    voices: CommitmentVoices,
    marks: Sequence[ShownMark],
) -> LinkText:
    """Return what a commitment's picture says: how it stands, in both voices."""
    lines = []
    if voices.council is not None:
        words = {
            "who": voices.assessor,
            "period": voices.council.period,
            "verdict": voices.council.label,
        }
        lines.append(
            Line(
                _("%(who)s, %(period)s: %(verdict)s") % words,
                _COLOURS.get(voices.council.mark, "neutral"),  # type: ignore[call-overload]
                is_state=True,
            )
        )
    lines.append(
        Line(
            _("Redovisat: %(verdict)s") % {"verdict": voices.reported.verdict_label},
            _COLOURS.get(voices.verdict, "neutral"),
            is_state=True,
        )
    )
    if voices.differs:
        lines.append(Line(_("De säger olika")))
    if view.standing.state == State.ANNULLED:
        lines.insert(0, Line(view.answer.label, "missed", is_state=True))
    numbered = _("%(place)s, åtagande %(number)s") % {
        "place": f"{view.place} {view.period_name}",
        "number": commitment.number,
    }
    return _text(
        reverse("commitment", args=[municipality.slug, view.period, commitment.number]),
        view,
        numbered,
        commitment.name.text if commitment.is_named else commitment.text.text,
        lines,
        marks,
    )


def _text(
    path: str,
    view: PledgeView,
    place: str,
    title: str,
    lines: list[Line],
    marks: Sequence[ShownMark],
) -> LinkText:
    is_demonstration = settings.DEMONSTRATION or view.is_demonstration
    return LinkText(
        path,
        _plain(place),
        _plain(title),
        tuple(Line(_plain(line.text), line.colour, line.is_state) for line in lines),
        _plain(view.parties),
        tuple(mark.light.address for mark in marks),
        _("Demonstration: inget här är ett beslut.") if is_demonstration else "",
    )


def _plain(text: str) -> str:
    """Return a text of a page without its tags."""
    return html.unescape(strip_tags(text)) if isinstance(text, SafeString) else str(text)
