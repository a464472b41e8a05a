"""Write news, publish it, correct it and take it back.

- A draft is changed as often as one likes, and thrown away; nobody overwrites what somebody else
  has changed meanwhile.
- What is published never changes, and the database refuses to: what was wrong is said beside it,
  with the day.
- News of what has happened goes out by itself, or waits where the municipality wants so: then staff
  may write other words, publish it or let it be.
- News is taken back with a reason that everyone sees at its address, instead of the news.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from news.models import News, NewsCorrection, NewsSetting, TakenBack
from pledge_portal.accounts.models import User
from pledge_portal.database.english import english_is_right
from pledge_portal.pages.refusals import ChangedMeanwhile, Refused
from pledges.models import Municipality, Pledge

# Those of an English text are empty as None: then the Swedish is shown.
ENGLISH = ("title_en", "text_en", "quotation_en")
TEXTS = ("title_sv", "text_sv", "quotation_sv", "speaker", *ENGLISH)


@dataclass(frozen=True)
class Draft:
    """What is typed of news: its texts by the name of their field.

    `pledge` is what it is about, if anything of the portal.
    """

    texts: Mapping[str, str]
    pledge: Pledge | None = None

    def fill(self, news: News) -> None:
        """Write it into a row that isn't published."""
        for name in TEXTS:
            text = self.texts.get(name, "").strip()
            setattr(news, name, text or (None if name in ENGLISH else ""))
        if news.is_own:
            news.pledge = self.pledge


def _faults_of(news: News) -> dict[str, str]:
    faults = {}
    if news.quotation_sv and not news.speaker:
        faults["speaker"] = _("Skriv vem som säger det.")
    if not news.quotation_sv and (news.speaker or news.quotation_en):
        faults["quotation_sv"] = _("Skriv citatet på svenska.")
    if not news.title_sv or not news.text_sv:
        faults["title_sv"] = _("Skriv en rubrik och en text.")
    if news.is_own and news.pledge is not None and not _is_shown_there(news.pledge, news):
        faults["pledge"] = _("Löftet är inte offentligt i kommunen.")
    return faults


def _is_shown_there(pledge: Pledge, news: News) -> bool:
    shown = Pledge.objects.public().filter(parties__municipality=news.municipality_id)
    return shown.filter(pk=pledge.pk).exists()


@transaction.atomic
def save(
    news: News,
    draft: Draft,
    *,
    by: User | None,
    at: datetime,
    version: int = 1,
    still_right: Collection[str] = (),
) -> News:
    """Save news that isn't published, new or changed.

    `version` is the one that was changed. `still_right` names English texts that are right though
    the Swedish was changed. Raises Refused, and ChangedMeanwhile when somebody else has saved it.
    """
    if news.pk is not None:
        news = _locked(news, version)
        news.version += 1
    else:
        news.written_by, news.written_at = by, at
    draft.fill(news)
    if faults := _faults_of(news):
        raise Refused(faults)
    news.save()
    english_is_right(news, still_right)
    return news


@transaction.atomic
def publish(news: News, *, version: int, by: User | None, on: date) -> News:
    """Show news to everyone, from the day `on`.

    Raises Refused when it is published already, and ChangedMeanwhile when it isn't the `version`
    that was read.
    """
    news = _locked(news, version)
    news.published_on, news.published_by, news.is_dropped = on, by, False
    news.save(update_fields=["published_on", "published_by", "is_dropped"])
    return news


@transaction.atomic
def drop(news: News, *, version: int) -> None:
    """Let news of what has happened not go out; raises as `publish` does.

    It can be published later all the same. What staff have begun themselves is deleted instead.
    """
    news = _locked(news, version)
    if news.is_own:
        raise Refused(_("Ett utkast kastas i stället."))
    news.is_dropped = True
    news.save(update_fields=["is_dropped"])


def let_wait(municipality: Municipality, *, waits: bool) -> None:
    """Say whether a municipality's news of what happens waits for staff."""
    NewsSetting.objects.update_or_create(municipality=municipality, defaults={"waits": waits})


@transaction.atomic
def delete_draft(news: News, *, version: int) -> None:
    """Throw away news that nobody has read; raises as `publish` does."""
    news = _locked(news, version)
    if not news.is_own:
        raise Refused(_("Det som har hänt kastas inte. Låt bli att släppa nyheten."))
    news.delete()


def check_is_draft(news: News) -> None:
    """Raise Refused once it is published."""
    if news.is_published:
        raise Refused(_("Nyheten är publicerad och ändras inte. Skriv en rättelse."))


def _locked(news: News, version: int) -> News:
    """Return the row of a draft, to change: as somebody has read it."""
    locked = News.objects.select_for_update().filter(pk=news.pk).first()
    if locked is None:
        raise ChangedMeanwhile(_("Någon annan har kastat utkastet."))
    check_is_draft(locked)
    if locked.version != version:
        raise ChangedMeanwhile(
            _("Någon annan har ändrat nyheten. Läs den som den är nu, och försök igen.")
        )
    return locked


@transaction.atomic
def correct(
    news: News, texts: Mapping[str, str], *, by: User | None, at: datetime
) -> NewsCorrection:
    """Add a dated correction beside published news.

    `texts` are `text_sv` and perhaps `text_en`. Raises Refused without a text, for what isn't
    published and for what is taken back.
    """
    swedish, english = texts.get("text_sv", "").strip(), texts.get("text_en", "").strip() or None
    if not swedish:
        raise Refused({"text_sv": _("Skriv vad som är rätt.")})
    _lock_what_is_read(news)
    return NewsCorrection.objects.create(
        news=news, text_sv=swedish, text_en=english, corrected_by=by, corrected_at=at
    )


@transaction.atomic
def take_back(news: News, reason: str, *, by: User | None, at: datetime) -> TakenBack:
    """Take published news back, for a reason that everyone sees in its place.

    Raises Refused without one, for what isn't published and when it is taken back already.
    """
    if not reason.strip():
        raise Refused({"reason": _("Skriv varför nyheten tas tillbaka.")})
    _lock_what_is_read(news)
    return TakenBack.objects.create(
        news=news,
        uid=news.uid,
        municipality_id=news.municipality_id,
        reason=reason.strip(),
        taken_back_by=by,
        taken_back_at=at,
    )


def check_is_read(news: News) -> None:
    """Raise Refused unless everyone can read it."""
    if not news.is_published:
        raise Refused(_("Nyheten är inte publicerad. Ändra texten i stället."))
    if TakenBack.objects.filter(news=news).exists():
        raise Refused(_("Nyheten är redan tillbakatagen."))


def _lock_what_is_read(news: News) -> None:
    check_is_read(News.objects.select_for_update().get(pk=news.pk))
