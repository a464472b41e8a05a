"""Tying indicators to what is promised, and untying them. Links are no part of what was signed."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from pledge_portal.accounts.permissions import Action, Person, of_own_places
from pledges.models import Commitment, FocusArea, Indicator, IndicatorLink, Pledge


class LinkRefused(Exception):
    """A link that can't be made; the text is a sentence, `field` names the choice it is about."""

    def __init__(self, field: str, sentence: str) -> None:
        self.field = field
        super().__init__(sentence)


def linkable_by(user: Person) -> list[Pledge]:
    """Return the signed pledges whose statistics a person looks after, the latest first."""
    own = of_own_places(
        user,
        Action.MANAGE_STATISTICS,
        municipality="parties__municipality",
        police_area="police_area",
    )
    keys = Pledge.objects.public().filter(own).order_by().values("pk")
    found = Pledge.objects.filter(pk__in=keys).select_related("police_area")
    return list(found.prefetch_related("municipalities").order_by("-valid_from", "-pk"))


@transaction.atomic
def tie(
    focus_area: FocusArea,
    indicator: Indicator,
    *,
    commitment: Commitment | None = None,
    reason: str = "",
    reason_en: str = "",
    is_demonstration: bool = False,
) -> IndicatorLink:
    """Tie an indicator to a focus area's problem and, when it is given, to one of its commitments.

    Raises LinkRefused when the pledge isn't signed, the commitment is of another focus area, or the
    two are tied already.
    """
    if not Pledge.objects.public().filter(pk=focus_area.pledge_id).exists():
        raise LinkRefused("focus_area", _("Löftet är inte undertecknat än."))
    if commitment is not None and commitment.focus_area_id != focus_area.pk:
        raise LinkRefused("commitment", _("Åtagandet hör till en annan inriktning."))
    try:
        with transaction.atomic():
            return IndicatorLink.objects.create(
                focus_area=focus_area,
                commitment=commitment,
                indicator=indicator,
                reason_sv=reason.strip(),
                reason_en=reason_en.strip() or None,
                is_demonstration=is_demonstration,
            )
    except IntegrityError as fault:
        raise LinkRefused("indicator", _("Indikatorn är redan kopplad dit.")) from fault


def untie(link: IndicatorLink) -> None:
    """Take a link away. Its history stays."""
    link.delete()
