"""What the pictures of public pledges are to say today."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from django.db.models import prefetch_related_objects

from pledges import presentation
from pledges.follow_ups.rules import plan_of
from pledges.follow_ups.voices import promises
from pledges.link_pictures.text import LinkText, text_of_commitment, text_of_pledge
from pledges.models import Municipality, Pledge
from pledges.presentation.lookup import place_of
from pledges.presentation.marks import marks_on_page


def texts_at(slug: str, on: date) -> Iterator[tuple[Pledge, list[LinkText]]]:
    """Yield each public pledge of a municipality with its pictures' texts.

    Its own comes first, then those of its commitments.
    """
    for pledge in Pledge.objects.public().at(slug):
        texts = texts_of(pledge, place_of(pledge, slug), on)
        yield pledge, [texts[None], *(texts[number] for number in texts if number is not None)]


def texts_of(pledge: Pledge, municipality: Municipality, on: date) -> Mapping[int | None, LinkText]:
    """Return the texts of a pledge's pictures: its commitments' by number."""
    view = presentation.pledge_view(pledge, municipality, on)
    prefetch_related_objects([pledge], "commitments", "focus_areas")
    voices = promises(pledge, view.standing)
    fulfilment = presentation.fulfilment(voices.values(), view.standing, plan_of(pledge).every)
    marks = marks_on_page(pledge.givers)
    names = presentation.commitment_names(pledge.commitments.all())
    texts: dict[int | None, LinkText] = {
        None: text_of_pledge(municipality, view, fulfilment, marks)
    }
    for commitment in pledge.commitments.all():
        shown = presentation.commitment_view(commitment, view.municipality_names, names=names)
        texts[commitment.number] = text_of_commitment(
            municipality, view, shown, voices[commitment.pk], marks
        )
    return texts
