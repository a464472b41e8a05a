"""Link indicators to what is promised, and unlink them.

Links are no part of what was signed.
"""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from pledge_portal.accounts.permissions import Action, Person
from pledge_portal.pages.refusals import Refused
from pledges.models import Commitment, FocusArea, Indicator, IndicatorLink, Pledge
from pledges.models.pledge import of_own_pledges, prefetched_places


def linkable_by(user: Person) -> list[Pledge]:
    """Return the signed pledges whose statistics a person looks after.

    The latest first.
    """
    own = of_own_pledges(user, Action.MANAGE_STATISTICS)
    keys = Pledge.objects.public().filter(own).order_by().values("pk")
    pledges = Pledge.objects.filter(pk__in=keys).select_related("police_area")
    return list(pledges.prefetch_related(*prefetched_places()).order_by("-valid_from", "-pk"))


@transaction.atomic
def link_indicator(
    focus_area: FocusArea,
    indicator: Indicator,
    *,
    commitment: Commitment | None = None,
    reason: str = "",
    reason_en: str = "",
    is_demonstration: bool = False,
) -> IndicatorLink:
    """Link an indicator to a focus area's problem.

    And, when it is given, to one of its commitments. Raises Refused when the pledge isn't signed,
    the commitment is of another focus area, or the two are linked already.
    """
    if not Pledge.objects.public().filter(pk=focus_area.pledge_id).exists():
        raise Refused({"target": _("Löftet är inte undertecknat än.")})
    if commitment is not None and commitment.focus_area_id != focus_area.pk:
        raise Refused({"target": _("Åtagandet hör till en annan inriktning.")})
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
    except IntegrityError as error:
        raise Refused({"indicator": _("Indikatorn är redan kopplad dit.")}) from error


def unlink(link: IndicatorLink) -> None:
    """Delete a link. Its history stays."""
    link.delete()
