"""Keep the pictures beside shared links, made by the queue.

Within a minute of a change that the public sees, and after midnight, the queue looks at the
municipality's: what says something else than it should is taken away, and what is missing is drawn.
A reader gets a picture only while it says what its page does (see `public_views`), whatever is
stored.
"""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy

from pledge_portal.database.acting import as_portal, as_public
from pledge_portal.pages.page_versions import Versions, current_versions
from pledge_portal.queue.chores import chore
from pledge_portal.queue.jobs import defer, job
from pledges.link_pictures.lookup import texts_at
from pledges.link_pictures.text import LinkText
from pledges.models import LinkPicture, Municipality, ValidityPeriod
from pledges.presentation.marks import marks_of


def picture_that_says(text: LinkText) -> LinkPicture | None:
    """Return the picture of a text, if it is made."""
    with as_portal():
        return LinkPicture.objects.filter(shows=text.digest).first()


@chore("renew_changed_link_pictures", gettext_lazy("Länkbilder"), every_minutes=1)
def renew_changed_link_pictures() -> None:
    """Have the pictures looked at of each municipality that has changed."""
    versions, on = current_versions.read_anew(), timezone.localdate()
    made = dict(LinkPicture.objects.values_list("municipality", "made_under").order_by("pk"))
    places = Municipality.objects.filter(pk__in=ValidityPeriod.objects.values("municipality"))
    for key, slug in places.order_by("pk").values_list("pk", "slug"):
        if made.get(key) != _under(versions, slug, on):
            defer(renew_link_pictures, once=f"renew_link_pictures {key}", municipality=key)


# After what somebody waits for.
@job("renew_link_pictures", gettext_lazy("Länkbilder"), priority=-1)
def renew_link_pictures(municipality: int) -> None:
    """Make a municipality's pictures say what they should."""
    place, on = Municipality.objects.get(pk=municipality), timezone.localdate()
    # Before what they show is read: they may be newer than that, never older.
    under = _under(current_versions.read_anew(), place.slug, on)
    marks_by_digest: dict[str, list[bytes]] = {}
    texts: dict[str, LinkText] = {}
    for language, _name in settings.LANGUAGES:
        # As everybody sees it.
        with translation.override(language), as_public():
            for pledge, of_pledge in texts_at(place.slug, on):
                marks = [mark.png_bytes for mark in marks_of(pledge)]
                for text in of_pledge:
                    texts[text.digest], marks_by_digest[text.digest] = text, marks
    pictures = LinkPicture.objects.filter(municipality=place)
    pictures.exclude(shows__in=texts).delete()
    missing = texts.keys() - set(pictures.values_list("shows", flat=True))
    if missing:
        # Loading what draws takes its time, and nothing to draw is the rule.
        from pledges.link_pictures.drawing import draw

        for digest in missing:
            content = draw(texts[digest], marks_by_digest[digest])
            LinkPicture.store(place, content, shows=digest)
    with transaction.atomic():
        pictures.update(made_under=under)


def _under(versions: Versions, slug: str, on: date) -> str:
    """Return what pictures are made under: alike while nothing changes."""
    return f"{on} {versions.shared:x} {versions.of_municipality(slug):x}"
