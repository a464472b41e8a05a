"""Whose history is kept of dialogues: what staff hold, and not what residents write.

Submissions are erased and disclosed by rules of their own; a history of them that nobody can alter
would keep what the law says must go.
"""

from __future__ import annotations

from django.db.models import Q

from dialogues.models import Dialogue, District, Heard, Reception, Theme
from pledge_portal.accounts.permissions import Action, Person, keys_of_own_places
from pledge_portal.database.history import keep_history
from pledges.tracking import readers_of_the_municipality


def readers_of_the_summary(user: Person) -> Q:
    """Return the filter for the events of summaries of one's own municipality's dialogues."""
    own = keys_of_own_places(user, Action.READ_HISTORY)
    if own is None:
        return Q()
    dialogues = Dialogue.objects.filter(municipality__in=own[0])
    return Q(dialogue__in=dialogues.order_by().values("pk"))


_of_its_municipality = readers_of_the_municipality("municipality")
keep_history(Dialogue, "medborgardialog", title=["title_sv"], readers=_of_its_municipality)
keep_history(Theme, "tema", title=["name_sv"], readers=_of_its_municipality)
keep_history(District, "del-av-kommunen", title=["name"], readers=_of_its_municipality)
keep_history(Reception, "mottagning", title=["municipality"], readers=_of_its_municipality)
keep_history(Heard, "vad-vi-horde", title=["dialogue"], readers=readers_of_the_summary)
