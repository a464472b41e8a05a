"""What a pledge must have before it is adopted.

And which others it would collide with.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.db.models import Exists, OuterRef, prefetch_related_objects
from django.utils.translation import gettext as _

from pledge_portal.pages.refusals import Refused
from pledge_portal.pages.text import day
from pledges.models import (
    Commitment,
    Municipality,
    Pledge,
    PledgePart,
    Signatory,
    ValidityPeriod,
)
from pledges.models.pledge import PledgeQuerySet, prefetched_places


def check_adoptable(pledge: Pledge) -> None:
    """Raise Refused, saying why, when the pledge can't be adopted as it is.

    Belongs in a transaction: nobody adopts a rival meanwhile.
    """
    if pledge.adopted_at is not None:
        raise Refused(_("Löftet är redan antaget."))
    if pledge.stage == Pledge.Stage.DROPPED:
        raise Refused(_("Utkastet är nedlagt. Ta upp det igen först."))
    missing = lacking_for_adoption(pledge)
    if missing:
        raise Refused(" ".join(missing))
    municipalities = Municipality.objects.filter(pledge_parties__pledge=pledge).order_by("pk")
    for municipality in municipalities.select_for_update(no_key=True, of=("self",)):
        rival = rivals(pledge, municipality).exclude(adopted_at=None).first()
        if rival is not None:
            raise Refused(rival_sentence(rival, municipality))


def rivals(pledge: Pledge, municipality: Municipality) -> PledgeQuerySet:
    """Return the others for the same part that begin on the same day.

    Drafts too.

    Only one of them can come into force. Those annulled before they began are none.
    """
    never_in_force = ValidityPeriod.objects.filter(
        pledge=OuterRef("pk"), municipality=municipality, during__isempty=True
    )
    parts = pledge.parts_in(municipality)
    elsewhere = PledgePart.objects.filter(pledge=OuterRef("pk"), part__municipality=municipality)
    is_for_the_same_part = Exists(elsewhere.filter(part__in=parts)) if parts else ~Exists(elsewhere)
    return (
        Pledge.objects.for_municipality(municipality)
        .filter(~Exists(never_in_force), is_for_the_same_part, valid_from=pledge.valid_from)
        .exclude(pk=pledge.pk)
        .exclude(stage=Pledge.Stage.DROPPED, adopted_at=None)
    )


def rival_sentence(rival: Pledge, municipality: Municipality) -> str:
    """Return why a pledge can't be adopted beside another that is."""
    first = _("Ett annat löfte börjar gälla samma dag i %(municipality)s.") % {
        "municipality": rival.place_name(municipality)
    }
    return f"{first} " + _("Det är %(title)s (%(period)s), som redan är antaget.") % {
        "title": rival.title,
        "period": rival.period,
    }


def lacking_for_adoption(pledge: Pledge) -> list[str]:
    """Return a sentence for each thing that the pledge lacks for adoption."""
    prefetch_related_objects(
        [pledge], *prefetched_places(), "signatories__municipality", "commitments"
    )
    missing = []
    signatories = list(pledge.signatories.all())
    parties = pledge.giving_municipalities
    if not pledge.parties.all():
        missing.append(_("Löftet saknar kommun."))
    for commitment in pledge.commitments.all():
        days = filter(None, (commitment.target_first, commitment.target_last))
        if not all(pledge.valid_from <= day <= pledge.valid_to for day in days):
            missing.append(
                _("Åtagande %(number)s har ett mål med en dag utanför löftets tid.")
                % {"number": commitment.number}
            )
    if not (settings.DEMONSTRATION or _has_public_address()):
        missing.append(
            _(
                "Portalens öppna adress är inte inställd, och den ska stå i dokumentet. "
                "Be den som driver portalen att sätta SITE_URL."
            )
        )
    # What an annexed plan holds needs no commitment of its own.
    if pledge.annexes.exists():
        if not pledge.focus_areas.exists():
            missing.append(_("Löftet saknar inriktningar."))
    else:
        if not pledge.commitments.all():
            missing.append(_("Löftet saknar åtaganden."))
        for area in pledge.focus_areas.filter(commitments=None):
            missing.append(_("Inriktningen %(name)s saknar åtaganden.") % {"name": area.name})
    missing += _lacking_signatories(pledge, signatories)
    if pledge.revises is not None:
        missing += _unlike_the_revised(pledge, pledge.revises)
    codes = {municipality.code for municipality in parties}
    municipal = {Commitment.Party.MUNICIPALITY, Commitment.Party.BOTH}
    for commitment in pledge.commitments.all():
        is_laid_on_nobody = commitment.responsible in municipal and not codes
        if is_laid_on_nobody or not set(commitment.responsible_municipalities) <= codes:
            missing.append(
                _("Åtagande %(number)s är lagt på en kommun som inte ger löftet.")
                % {"number": commitment.number}
            )
    return missing


def _has_public_address() -> bool:
    """Return whether `SITE_URL` is set, not what stands for it."""
    return f"http://{settings.HOST}:{settings.PORT}" != settings.SITE_URL


def revises_annulled(pledge: Pledge) -> str:
    """Return that what a pledge revises is annulled, in a sentence; or ""."""
    revised = pledge.revises
    if revised is None or not hasattr(revised, "annulment"):
        return ""
    return _(
        "Utkastet reviderar %(title)s, som är upphävt och inte gäller från och med den %(day)s. "
        "Det kan inte antas som en reviderad text. Börja på ett nytt löfte i stället."
    ) % {"title": revised.title, "day": day(revised.annulment.from_day)}


def _unlike_the_revised(pledge: Pledge, revised: Pledge) -> Iterator[str]:
    """Yield a sentence for each way in which a pledge is no revision of one."""
    in_force = {
        (period.municipality_id, period.part_id)
        for period in revised.validity_periods.all()
        if pledge.valid_from in period.during and pledge.valid_from != period.during.lower
    }
    holds_for = {
        (municipality.pk, part.pk if part else None)
        for municipality in pledge.municipalities.all()
        for part in (*pledge.parts_in(municipality),) or (None,)
    }
    if annulled := revises_annulled(pledge):
        yield annulled
    elif in_force != holds_for:
        yield _(
            "Löftet reviderar %(title)s och ska gälla på samma ställen, från en dag då det gäller."
        ) % {"title": revised.title}
    if pledge.valid_to != revised.full_end:
        yield _("Löftet reviderar %(title)s och ska ha samma sista dag, %(day)s.") % {
            "title": revised.title,
            "day": day(revised.full_end),
        }


def _lacking_signatories(pledge: Pledge, signatories: list[Signatory]) -> Iterator[str]:
    """Yield a sentence for each party that nobody signs for.

    And for each signatory who signs for no party.
    """
    areas = pledge.police_areas
    parts = {row.part_id for row in pledge.pledge_parts.all()}
    sides = [signatory.side for signatory in signatories]
    if not any(signatory.party == signatory.Party.POLICE for signatory in signatories):
        yield _("Löftet saknar undertecknare för Polisen.")
    elif lacking := [area for area in areas if area not in sides]:
        for area in lacking:
            yield _("Löftet saknar undertecknare för %(party)s.") % {"party": area}
    for municipality in pledge.giving_municipalities:
        signing = [s for s in signatories if s.municipality_id == municipality.pk]
        if not signing:
            yield _("Löftet saknar undertecknare för %(party)s.") % {
                "party": municipality.official_name
            }
        elif all(signatory.part_id for signatory in signing):
            signed_for = {signatory.part_id for signatory in signing}
            for part in pledge.parts_in(municipality):
                if part.pk not in signed_for:
                    yield _("Löftet saknar undertecknare för %(party)s.") % {"party": part.name}
    for signatory in signatories:
        if signatory.side is not None and signatory.side not in pledge.givers:
            yield _("%(name)s undertecknar för en part som inte ger löftet.") % {
                "name": signatory.name
            }
        elif signatory.part_id and signatory.part_id not in parts:
            yield _("%(name)s undertecknar för en del av kommunen som löftet inte gäller för.") % {
                "name": signatory.name
            }
