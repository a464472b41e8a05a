"""Whose history is kept of dialogues: what staff hold, not residents.

Submissions are erased and disclosed by rules of their own; a history of them that nobody can alter
would keep what the law says must go.
"""

from __future__ import annotations

from django.db.models import Q

from dialogues.models import (
    Dialogue,
    DisposalPlan,
    District,
    Heard,
    Reception,
    TextCorrection,
    Theme,
    ThemeAnswer,
)
from pledge_portal.accounts.permissions import Action, Person, of_own_places
from pledge_portal.database.history import keep_history
from pledges.tracking import of_its_municipality, readers_of_the_pledge


def readers_of_the_summary(user: Person) -> Q:
    """Return the filter for changes of one's own municipality's summaries."""
    own = of_own_places(
        user,
        Action.READ_HISTORY,
        municipality="municipality",
        police_area="municipality__police_areas",
    )
    return Q(dialogue__in=Dialogue.objects.filter(own).order_by().values("pk"))


keep_history(Dialogue, "medborgardialog", title=["title_sv"], readers=of_its_municipality)
keep_history(Theme, "tema", title=["name_sv"], readers=of_its_municipality)
keep_history(District, "del-av-kommunen", title=["name"], readers=of_its_municipality)
keep_history(Reception, "mottagning", title=["municipality"], readers=of_its_municipality)
keep_history(DisposalPlan, "gallringsplan", title=["municipality"], readers=of_its_municipality)
keep_history(Heard, "vad-vi-horde", title=["dialogue"], readers=readers_of_the_summary)
keep_history(
    TextCorrection,
    "rattelse-av-det-som-ar-sagt",
    title=["text_sv"],
    readers=of_its_municipality,
)
keep_history(
    ThemeAnswer,
    "svar-pa-tema",
    title=["theme", "commitment"],
    readers=readers_of_the_pledge,
    belongs_to="pledge",
)
