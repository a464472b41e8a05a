"""Look up the dialogues that addresses name."""

from __future__ import annotations

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from dialogues.models import Dialogue
from dialogues.models.dialogue import DialogueQuerySet
from pledge_portal.accounts.models import User
from pledge_portal.pages.errors import NotHere
from pledges.models import Municipality
from pledges.presentation.lookup import get_municipality_or_404


def get_dialogue_or_404(slug: str, number: int) -> tuple[Municipality, Dialogue]:
    """Return an announced dialogue and its municipality, or raise NotHere."""
    municipality = get_municipality_or_404(slug)
    dialogue = public_dialogues(municipality).filter(number=number).first()
    if dialogue is None:
        raise NotHere(
            _("Det finns ingen dialog på den här adressen."),
            reverse("dialogues", args=[slug]),
            _("Visa alla dialoger"),
        )
    return municipality, dialogue


def public_dialogues(municipality: Municipality) -> DialogueQuerySet:
    """Return the announced dialogues of a municipality, the latest first."""
    dialogues = (
        Dialogue.objects.public()
        .for_municipality(municipality)
        .select_related("municipality", "heard")
    )
    return dialogues.latest_first()


def dialogue_read_by(user: User, pk: int) -> Dialogue:
    """Return a dialogue whose answers a person may read, or raise Http404."""
    readable = Dialogue.objects.visible_to(user).select_related("municipality")
    return get_object_or_404(readable, pk=pk)


def dialogue_run_by(user: User, pk: int) -> Dialogue:
    """Return a dialogue that a person may change, or raise Http404."""
    return get_object_or_404(Dialogue.objects.run_by(user).select_related("municipality"), pk=pk)
