"""Answers to dialogues. Nothing here is ever on a public page as it is."""

from __future__ import annotations

import uuid
from datetime import date

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import (
    SearchQuery,
    SearchRank,
    SearchVector,
    SearchVectorField,
    TrigramWordSimilarity,
)
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dialogues.models.dialogue import Dialogue
from dialogues.models.language import language_field
from dialogues.models.theme import District, Theme
from pledge_portal.accounts.permissions import Person
from pledge_portal.database.triggers import REFUSE_TRUNCATE

# PostgreSQL's own rules for the forms of Swedish words.
_SWEDISH = "swedish"
_MAX_WORDS = 8
# How alike a word must be to one of the text's, by the triples of letters that they share.
_LIKE_ENOUGH = 0.5
_MIN_MISSPELT_LENGTH = 4


class SubmissionQuerySet(models.QuerySet["Submission"]):
    """Submissions: for staff and who holds the private link, never public."""

    def visible_to(self, user: Person) -> SubmissionQuerySet:
        """Keep those of the dialogues whose submissions a person may read."""
        return self.filter(dialogue__in=Dialogue.objects.visible_to(user).order_by().values("pk"))

    def counted(self) -> SubmissionQuerySet:
        """All that aren't withdrawn."""
        return self.filter(withdrawn_at=None)

    def uncoded(self) -> SubmissionQuerySet:
        """Keep those with words of their own that nobody has found a theme in yet."""
        return self.exclude(text="").filter(coded=None)

    def search(self, words: str) -> SubmissionQuerySet:
        """Keep those with every word, in any form or misspelt; the best first."""
        terms = words.replace("\x00", " ").split()[:_MAX_WORDS]
        matches = self
        for number, word in enumerate(terms):
            holds = Q(search=SearchQuery(word, config=_SWEDISH))
            if len(word) >= _MIN_MISSPELT_LENGTH:
                matches = matches.alias(**{f"like_{number}": TrigramWordSimilarity(word, "text")})
                holds |= Q(**{f"like_{number}__gte": _LIKE_ENOUGH})
            matches = matches.filter(holds)
        if not terms:
            return self.none()
        whole = SearchQuery(" ".join(terms), config=_SWEDISH)
        rank = SearchRank("search", whole)
        return matches.annotate(rank=rank).order_by("-rank", "-submitted_at", "-pk")

    def with_details(self) -> SubmissionQuerySet:
        """Fetch what a page shows of them, in a fixed number of queries."""
        return self.select_related("district", "dialogue__municipality").prefetch_related(
            "ranked__theme", "coded__theme"
        )


class Submission(models.Model):
    """An answer to a dialogue.

    Withdrawn ones are hidden and kept: they are public records, which only the retention schedule
    destroys (arkivlagen 1990:782, 10 §).

    `sending` names the sending of the form, so that sending twice counts once; `link` is the
    fingerprint of the private link's secret, empty for what staff wrote in.
    """

    class Source(models.TextChoices):
        """How it came."""

        WEB = "web", _("webben")
        PAPER = "paper", _("papper")
        SPOKEN = "spoken", _("muntligt")

    class Group(models.TextChoices):
        """As what one answers."""

        RESIDENT = "resident", _("invånare")
        PUPIL = "pupil", _("elev")
        BUSINESS = "business", _("företagare")
        OTHER = "other", _("annat")

    dialogue = models.ForeignKey(Dialogue, on_delete=models.PROTECT, related_name="submissions")
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sending = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    link = models.CharField(max_length=64, blank=True, editable=False)
    text = models.TextField(_("med egna ord"), max_length=4000, blank=True)
    language = language_field()
    group = models.CharField(_("svarar som"), max_length=20, choices=Group, blank=True)
    district = models.ForeignKey(
        District,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="submissions",
        verbose_name=_("del av kommunen"),
    )
    may_quote = models.BooleanField(_("får citeras utan namn"), default=False)
    source = models.CharField(_("kom på"), max_length=20, choices=Source, default=Source.WEB)
    submitted_at = models.DateTimeField(_("lämnad"))
    changed_at = models.DateTimeField(_("ändrad"), null=True, editable=False)
    withdrawn_at = models.DateTimeField(_("återtagen"), null=True, editable=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("inskriven av"),
    )
    is_demonstration = models.BooleanField(_("demonstration"), default=False)
    search = models.GeneratedField(
        expression=SearchVector("text", config=_SWEDISH),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("synpunkt")
        verbose_name_plural = _("synpunkter")
        indexes = [
            models.Index(fields=["dialogue", "-submitted_at", "-id"]),
            GinIndex(fields=["search"], name="submissions_by_stem"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["link"], condition=~Q(link=""), name="one_submission_per_link"
            ),
            REFUSE_TRUNCATE,
        ]

    def __str__(self) -> str:
        return str(self.uid)

    def can_be_changed(self, on: date) -> bool:
        """Return whether its writer may still change it.

        They may until the dialogue closes.
        """
        return self.withdrawn_at is None and self.dialogue.is_open(on)


class RankedTheme(models.Model):
    """A theme that a submission names.

    Rank 1 matters most; None was ticked without a rank.
    """

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="ranked")
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="ranked")
    rank = models.PositiveSmallIntegerField(null=True)

    class Meta:
        verbose_name = _("tema i en synpunkt")
        verbose_name_plural = _("teman i synpunkter")
        ordering = ["rank", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "theme"], name="theme_once_in_a_submission"
            )
        ]

    def __str__(self) -> str:
        return f"{self.theme} ({self.rank or '–'})"


class ContactDetails(models.Model):
    """How to reach a writer who chose to say so; erased on `erase_on`."""

    submission = models.OneToOneField(
        Submission, on_delete=models.CASCADE, related_name="contact_details"
    )
    name = models.CharField(_("namn"), max_length=120, blank=True)
    email = models.EmailField(_("e-postadress"), max_length=254, blank=True)
    phone = models.CharField(_("telefonnummer"), max_length=40, blank=True)
    erase_on = models.DateField(_("raderas"))

    class Meta:
        verbose_name = _("kontaktuppgifter")
        verbose_name_plural = _("kontaktuppgifter")
        indexes = [models.Index(fields=["erase_on"])]

    def __str__(self) -> str:
        return str(self.submission_id)
