"""Citizen dialogues: when residents are asked, where, and about what."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _

from dialogues.models.guards import GUARD_PUBLISHED_WORDS
from pledge_portal.accounts.permissions import Action, Person, keys_of_own_places
from pledge_portal.database.english import TELL_OLDER_ENGLISH, HasEnglish
from pledges.models import Municipality
from pledges.models.municipality import MunicipalityQuerySet

# So long is a summary awaited on the workspace's first page.
_DAYS_AWAITED = 365


class DialogueQuerySet(models.QuerySet["Dialogue"]):
    """Dialogues."""

    def public(self) -> DialogueQuerySet:
        """Keep those that are announced; one that is called off later stays."""
        return self.filter(announced_at__isnull=False)

    def for_municipality(self, municipality: Municipality) -> DialogueQuerySet:
        """Keep those of one municipality."""
        return self.filter(municipality=municipality)

    def visible_to(self, user: Person) -> DialogueQuerySet:
        """Keep those of municipalities whose submissions a person may read."""
        return self.filter(_own(user, Action.READ_SUBMISSIONS))

    def run_by(self, user: Person) -> DialogueQuerySet:
        """Keep those that a person may announce and change."""
        return self.filter(_own(user, Action.RUN_DIALOGUES))

    def without_summary(self, on: date) -> DialogueQuerySet:
        """Keep those over since a year at most whose summary isn't published."""
        return self.filter(
            announced_at__isnull=False,
            called_off_at=None,
            closes_on__lt=on,
            closes_on__gte=on - timedelta(days=_DAYS_AWAITED),
        ).exclude(heard__published_at__isnull=False)

    def with_number_of_submissions(self) -> DialogueQuerySet:
        """Add `number_of_submissions`; those withdrawn aren't counted."""
        return self.annotate(
            number_of_submissions=Count("submissions", filter=Q(submissions__withdrawn_at=None))
        )

    def latest_first(self) -> DialogueQuerySet:
        """Order by the last day that one can answer, the latest first."""
        return self.order_by("-closes_on", "-pk")


def _own(user: Person, action: Action) -> Q:
    """Return the filter for one's own municipalities.

    What residents say to a municipality is its own record, which the police area's people don't
    share in.
    """
    own = keys_of_own_places(user, action)
    return Q() if own is None else Q(municipality__in=own[0])


def municipalities_run_by(user: Person) -> MunicipalityQuerySet:
    """Return the municipalities whose dialogues a person may run, in order.

    The order is Swedish.
    """
    return Municipality.objects.where_may(user, Action.RUN_DIALOGUES)


class Dialogue(HasEnglish):
    """An occasion when residents are asked what matters.

    A draft until it is announced. `begins_at` and `ends_at` are when people meet, None for what has
    no meeting; the days when one can answer here, `opens_on` and `closes_on`, are both included.
    """

    class Kind(models.TextChoices):
        """How people are met."""

        MEETING = "meeting", _("öppet möte")
        SAFETY_WALK = "safety_walk", _("trygghetsvandring")
        SCHOOL = "school", _("skolbesök")
        BUSINESS = "business", _("möte med företagare")
        STALL = "stall", _("bokbord eller torgmöte")
        ONLINE = "online", _("på nätet")

    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="dialogues", verbose_name=_("kommun")
    )
    # Its part of the address; given when it is announced, so that drafts leave no gaps.
    number = models.PositiveIntegerField(_("nummer"), null=True, editable=False)
    kind = models.CharField(_("slag"), max_length=20, choices=Kind, default=Kind.MEETING)
    title = models.CharField(_("rubrik"), max_length=120)
    question = models.TextField(_("fråga"), max_length=1000)
    audience = models.CharField(_("för vem"), max_length=160, blank=True)
    place = models.CharField(_("plats"), max_length=200, blank=True)
    begins_at = models.DateTimeField(_("träffen börjar"), null=True, blank=True)
    ends_at = models.DateTimeField(_("träffen slutar"), null=True, blank=True)
    opens_on = models.DateField(_("går att svara från"))
    closes_on = models.DateField(_("går att svara till och med"))
    announced_at = models.DateTimeField(_("annonserad"), null=True, editable=False)
    called_off_at = models.DateTimeField(_("inställd"), null=True, editable=False)
    # Calendars take a file again when its number is higher (RFC 5545, 3.8.7.4).
    revision = models.PositiveIntegerField(_("ändrad så många gånger"), default=0, editable=False)
    changed_at = models.DateTimeField(_("ändrad"), null=True, editable=False)
    called_off_because = models.CharField(_("varför den är inställd"), max_length=300, blank=True)
    is_demonstration = models.BooleanField(_("demonstration"), default=False)

    objects = DialogueQuerySet.as_manager()

    class Meta:
        verbose_name = _("medborgardialog")
        verbose_name_plural = _("medborgardialoger")
        constraints = [
            models.UniqueConstraint(fields=["municipality", "number"], name="dialogue_number"),
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")), name="dialogue_opens_before_it_closes"
            ),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(begins_at__isnull=False, ends_at__gt=F("begins_at")),
                name="dialogue_begins_before_it_ends",
            ),
            models.CheckConstraint(
                condition=Q(announced_at=None, number=None)
                | Q(announced_at__isnull=False, number__isnull=False),
                name="announced_dialogue_has_a_number",
            ),
            TELL_OLDER_ENGLISH,
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_announced(self) -> bool:
        """Whether everyone may see it."""
        return self.announced_at is not None

    @property
    def is_called_off(self) -> bool:
        """Whether it was announced and will not be."""
        return self.called_off_at is not None

    def is_open(self, on: date) -> bool:
        """Return whether one can answer on the day `on`."""
        return (
            self.is_announced and not self.is_called_off and self.opens_on <= on <= self.closes_on
        )


class HeardQuerySet(models.QuerySet["Heard"]):
    """Summaries of what was heard."""

    def public(self) -> HeardQuerySet:
        """Keep those that are published."""
        return self.filter(published_at__isnull=False)


class Heard(HasEnglish):
    """What was heard at a dialogue, summed up; a draft until published.

    Then it never changes: corrections stand beside it.
    """

    dialogue = models.OneToOneField(Dialogue, on_delete=models.PROTECT, related_name="heard")
    text = models.TextField(_("vad vi hörde"), max_length=10_000)
    published_at = models.DateTimeField(_("publicerad"), null=True, editable=False)

    objects = HeardQuerySet.as_manager()

    class Meta:
        verbose_name = _("vad vi hörde")
        verbose_name_plural = _("vad vi hörde")
        constraints = [GUARD_PUBLISHED_WORDS, TELL_OLDER_ENGLISH]

    def __str__(self) -> str:
        return str(self.dialogue)
