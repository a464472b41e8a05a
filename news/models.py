"""News of a municipality and its pledges, in its own words."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from dialogues.models import Dialogue, Heard
from news.guards import GUARD_BESIDE_NEWS, GUARD_NEWS
from pledge_portal.accounts.permissions import Action, Person, keys_of_own_places
from pledge_portal.database.english import TELL_OLDER_ENGLISH, HasEnglish
from pledge_portal.database.triggers import REFUSE_CHANGE, REFUSE_TRUNCATE
from pledges.models import (
    Commitment,
    CompletedAction,
    Consultation,
    FollowUp,
    Municipality,
    PeriodClosing,
    Pledge,
    Prolongation,
    PublishedAction,
)
from pledges.models.correction import DatedCorrection
from pledges.models.municipality import MunicipalityQuerySet

MAX_TITLE_LENGTH, MAX_TEXT_LENGTH = 140, 5000
MAX_QUOTATION_LENGTH, MAX_SPEAKER_LENGTH = 600, 160


def municipalities_written_for_by(user: Person) -> MunicipalityQuerySet:
    """Return the municipalities that a person writes news for, in order.

    The order is Swedish.
    """
    return Municipality.objects.where_may(user, Action.WRITE_NEWS)


class NewsQuerySet(models.QuerySet["News"]):
    """News. Public code begins with `public()`."""

    def public(self, on: date) -> NewsQuerySet:
        """Return what anyone may read on the day `on`: published, not taken back.

        And nothing of what is no longer public itself.
        """
        kind = News.Kind
        actions = PublishedAction.objects.public(on).filter(is_secret_kind=False)
        shown = NewsAction.objects.filter(
            news=OuterRef("pk"), action__in=actions.order_by().values("action")
        )
        closings = PeriodClosing.objects.in_force().filter(
            commitment=OuterRef("commitment"),
            first_day=OuterRef("first_day"),
            last_day=OuterRef("last_day"),
        )
        heard = Heard.objects.public().filter(dialogue=OuterRef("dialogue"))
        pledges, follow_ups = Pledge.objects.public(), FollowUp.objects.public()
        dialogues = Dialogue.objects.public()
        is_taken_back = TakenBack.objects.filter(news=OuterRef("pk"))
        return self.filter(
            Q(pledge=None) | Exists(pledges.filter(pk=OuterRef("pledge"))),
            Q(follow_up=None) | Exists(follow_ups.filter(pk=OuterRef("follow_up"))),
            Q(dialogue=None) | Exists(dialogues.filter(pk=OuterRef("dialogue"))),
            ~Q(kind=kind.HEARD) | Exists(heard),
            ~Q(kind=kind.ACTIONS) | Exists(shown),
            ~Q(kind=kind.REPORTED) | Exists(closings),
            published_on__lte=on,
        ).exclude(Exists(is_taken_back))

    def visible_to(self, user: Person) -> NewsQuerySet:
        """Return the news of municipalities that a person writes for, drafts too."""
        own = keys_of_own_places(user, Action.WRITE_NEWS)
        return self if own is None else self.filter(municipality__in=own[0])

    def latest_first(self) -> NewsQuerySet:
        """Order by day, the latest first; those of one day are mixed."""
        return self.order_by("-published_on", "uid")

    def waiting(self) -> NewsQuerySet:
        """Return those of events that wait for staff."""
        return self.filter(published_on=None, is_dropped=False).exclude(kind=News.Kind.OWN)

    def staff_order(self) -> NewsQuerySet:
        """Order by what waits, and then by day, the latest first."""
        return self.order_by(
            "is_dropped", F("published_on").desc(nulls_first=True), "-written_at", "uid"
        )


def _subject(model: type[models.Model]) -> Any:
    return models.ForeignKey(
        model, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )


# What tells events of a kind apart. Actions are told of once by a table of their own.
_SUBJECTS = (
    *("pledge", "earlier", "prolongation", "follow_up", "dialogue", "consultation"),
    *("commitment", "first_day"),
)


class News(HasEnglish):
    """A piece of news: a draft until it is published.

    Then it never changes: corrections stand beside it, and it can be taken back with a mark.

    Most is made by what happens (news.events): a row for each event and municipality, that names
    its subject. What it says is then worded anew from the subject as it is today
    (news.event_texts), unless staff have written other words before it went out.
    """

    class Kind(models.TextChoices):
        """What happened."""

        OWN = "own", _("egen nyhet")
        SIGNED = "signed", _("löfte undertecknat")
        IN_FORCE = "in_force", _("löfte börjar gälla")
        REPLACED = "replaced", _("löfte ersatt")
        PROLONGED = "prolonged", _("löfte förlängt")
        ANNULLED = "annulled", _("löfte upphävt")
        ACTIONS = "actions", _("insatser redovisade")
        REPORTED = "reported", _("period redovisad")
        FOLLOW_UP = "follow_up", _("uppföljning publicerad")
        OVERDUE = "overdue", _("uppföljning saknas")
        DIALOGUE = "dialogue", _("medborgardialog")
        HEARD = "heard", _("vad som hördes")
        CONSULTATION = "consultation", _("samråd")
        OUTCOME = "outcome", _("samråd avslutat")

    # Drawn by lot: a running number would tell how many drafts there are.
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="news", verbose_name=_("kommun")
    )
    pledge = models.ForeignKey(
        Pledge,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="news",
        verbose_name=_("löfte som den handlar om"),
    )
    kind = models.CharField(_("slag"), max_length=20, choices=Kind, default=Kind.OWN)
    # What an event is of; `earlier` is the pledge that its pledge takes over from.
    earlier = _subject(Pledge)
    prolongation = _subject(Prolongation)
    follow_up = _subject(FollowUp)
    dialogue = _subject(Dialogue)
    consultation = _subject(Consultation)
    commitment = _subject(Commitment)
    first_day = models.DateField(_("från och med"), null=True, editable=False)
    last_day = models.DateField(_("till och med"), null=True, editable=False)
    # From when an event may be told of: never a day that something secret is reckoned from.
    happened_on = models.DateField(_("hände"), null=True, editable=False)
    is_dropped = models.BooleanField(_("ska inte gå ut"), default=False)
    title = models.CharField(_("rubrik"), max_length=MAX_TITLE_LENGTH, blank=True)
    text = models.TextField(_("text"), max_length=MAX_TEXT_LENGTH, blank=True)
    quotation = models.TextField(_("citat"), max_length=MAX_QUOTATION_LENGTH, blank=True)
    speaker = models.CharField(_("vem som säger det"), max_length=MAX_SPEAKER_LENGTH, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("skriven av"),
    )
    written_at = models.DateTimeField(_("skriven"), db_default=Now(), editable=False)
    published_on = models.DateField(_("publicerad"), null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("publicerad av"),
    )
    is_demonstration = models.BooleanField(_("demonstration"), default=False)

    # Added by modeltranslation (translation.py).
    title_sv: str
    title_en: str | None
    text_sv: str
    text_en: str | None
    quotation_sv: str
    quotation_en: str | None

    objects = NewsQuerySet.as_manager()

    class Meta:
        verbose_name = _("nyhet")
        verbose_name_plural = _("nyheter")
        constraints = [
            models.CheckConstraint(
                condition=Q(title_sv__gt="", text_sv__gt="")
                | ~Q(kind="own") & Q(title_sv="", text_sv=""),
                name="news_says_something",
            ),
            models.CheckConstraint(
                condition=Q(kind="own", happened_on=None)
                | ~Q(kind="own") & Q(happened_on__isnull=False),
                name="news_of_an_event_has_its_day",
            ),
            models.CheckConstraint(
                condition=Q(is_dropped=False) | Q(published_on=None) & ~Q(kind="own"),
                name="only_waiting_events_are_dropped",
            ),
            models.UniqueConstraint(
                fields=["municipality", "kind", *_SUBJECTS],
                condition=~Q(kind__in=["own", "actions"]),
                nulls_distinct=False,
                name="an_event_is_news_once",
            ),
            models.CheckConstraint(
                condition=Q(quotation_sv="", speaker="") | Q(quotation_sv__gt="", speaker__gt=""),
                name="news_quotes_somebody",
            ),
            GUARD_NEWS,
            REFUSE_TRUNCATE,
            TELL_OLDER_ENGLISH,
        ]
        indexes = [
            models.Index(fields=["municipality", "-published_on", "uid"], name="news_latest_first")
        ]

    def __str__(self) -> str:
        return self.title or str(self.get_kind_display())

    @property
    def is_own(self) -> bool:
        """Whether staff wrote it from the beginning."""
        return self.kind == self.Kind.OWN

    @property
    def is_published(self) -> bool:
        """Whether everyone may read it, and nobody change it."""
        return self.published_on is not None


class NewsCorrection(DatedCorrection):
    """A dated correction beside a piece of news."""

    news = models.ForeignKey(News, on_delete=models.PROTECT, related_name="corrections")

    class Meta(DatedCorrection.Meta):
        verbose_name = _("rättelse av en nyhet")
        verbose_name_plural = _("rättelser av nyheter")
        constraints = [REFUSE_CHANGE, GUARD_BESIDE_NEWS, REFUSE_TRUNCATE]


class TakenBack(models.Model):
    """That published news was taken back: on which day, and why.

    All that is left for everyone: the news itself is then read by staff alone.
    """

    news = models.OneToOneField(News, on_delete=models.PROTECT, related_name="taken_back")
    # The news's own, so that the mark stands at its address without it.
    uid = models.UUIDField(unique=True, editable=False)
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="+", verbose_name=_("kommun")
    )
    reason = models.CharField(_("skäl"), max_length=300)
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("tillbakatagen av"),
    )
    taken_back_at = models.DateTimeField(_("tillbakatagen"))

    class Meta:
        verbose_name = _("tillbakatagen nyhet")
        verbose_name_plural = _("tillbakatagna nyheter")
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="news_taken_back_for_a_reason"),
            REFUSE_CHANGE,
            GUARD_BESIDE_NEWS,
            REFUSE_TRUNCATE,
        ]

    def __str__(self) -> str:
        return self.reason


class NewsAction(models.Model):
    """That an action has been told of, in which piece of news: once."""

    news = models.ForeignKey(News, on_delete=models.CASCADE, related_name="actions")
    action = models.OneToOneField(CompletedAction, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("insats i en nyhet")
        verbose_name_plural = _("insatser i nyheter")
        constraints = [REFUSE_CHANGE, REFUSE_TRUNCATE]

    def __str__(self) -> str:
        return f"{self.news_id}: {self.action_id}"


class NewsSetting(models.Model):
    """Whether a municipality's news of what happens waits for staff."""

    municipality = models.OneToOneField(
        Municipality, on_delete=models.PROTECT, related_name="news_setting"
    )
    waits = models.BooleanField(_("nyheter väntar på godkännande"), default=False)

    class Meta:
        verbose_name = _("inställning för nyheter")
        verbose_name_plural = _("inställningar för nyheter")

    def __str__(self) -> str:
        return str(self.municipality)
