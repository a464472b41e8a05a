"""The thread from residents' words to what is promised."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from dialogues.models.dialogue import Dialogue, Heard
from dialogues.models.guards import GUARD_COUNTS, GUARD_PUBLISHED_WORDS
from dialogues.models.language import language_field
from dialogues.models.submission import Submission
from dialogues.models.theme import Theme
from pledge_portal.database.english import TELL_OLDER_ENGLISH, HasEnglish
from pledge_portal.database.triggers import REFUSE_CHANGE, REFUSE_TRUNCATE
from pledges.models import Commitment, Pledge


class ThemeAnswerQuerySet(models.QuerySet["ThemeAnswer"]):
    """What themes led to."""

    def public(self) -> ThemeAnswerQuerySet:
        """Keep those of pledges that everyone may read."""
        return self.filter(pledge__in=Pledge.objects.public().order_by().values("pk"))

    def for_pledge(self, pledge: Pledge) -> ThemeAnswerQuerySet:
        """Keep those of one pledge, by theme and commitment."""
        answers = self.filter(pledge=pledge).select_related("theme__municipality", "commitment")
        return answers.order_by("theme__position", "theme_id", "commitment__number")


class ThemeAnswer(HasEnglish):
    """A commitment of a pledge that answers a theme, or why none does.

    Once the pledge is signed it never changes: corrections stand beside it.
    """

    pledge = models.ForeignKey(
        Pledge, on_delete=models.PROTECT, related_name="theme_answers", verbose_name=_("löfte")
    )
    theme = models.ForeignKey(
        Theme, on_delete=models.PROTECT, related_name="answers", verbose_name=_("tema")
    )
    commitment = models.ForeignKey(
        Commitment,
        on_delete=models.PROTECT,
        null=True,
        related_name="theme_answers",
        verbose_name=_("åtagande"),
    )
    reason = models.CharField(_("varför inget åtagande"), max_length=600, blank=True)

    objects = ThemeAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("svar på ett tema")
        verbose_name_plural = _("svar på teman")
        constraints = [
            models.UniqueConstraint(
                fields=["pledge", "theme", "commitment"],
                name="theme_answered_once_by_a_commitment",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(commitment__isnull=False, reason_sv="")
                | Q(commitment=None, reason_sv__gt=""),
                name="theme_answered_by_commitment_or_reason",
            ),
            GUARD_PUBLISHED_WORDS,
            TELL_OLDER_ENGLISH,
        ]

    def __str__(self) -> str:
        return f"{self.theme}: {self.commitment_id or self.reason}"


class Quote(models.Model):
    """Words of a submission whose writer allows it, for everyone to read.

    Taken away when the submission is withdrawn, or changed so that it no longer says so; never
    rewritten: corrections stand beside it. What is taken away leaves a mark (RemovedQuote).
    """

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="quotes")
    dialogue = models.ForeignKey(Dialogue, on_delete=models.PROTECT, related_name="quotes")
    theme = models.ForeignKey(
        Theme, on_delete=models.PROTECT, related_name="quotes", verbose_name=_("tema")
    )
    text = models.CharField(_("citat"), max_length=300)
    # The submission's, which the public can't read.
    language = language_field()

    class Meta:
        verbose_name = _("citat")
        verbose_name_plural = _("citat")
        constraints = [
            models.UniqueConstraint(fields=["submission", "theme"], name="one_quote_per_theme"),
            GUARD_PUBLISHED_WORDS,
        ]

    def __str__(self) -> str:
        return self.text


class RemovedQuote(models.Model):
    """That a published quote was taken away: on which day, by whom, and why.

    Without its words and who wrote them. The database writes it when a quote goes
    (guard_published_words), however that is done; not when its answer is destroyed by a
    municipality's plan, which has a record of its own (Disposal).
    """

    class RemovedBy(models.TextChoices):
        """Who no longer wanted it to be read."""

        WRITER = "writer", _("den som skrev svaret")
        MUNICIPALITY = "municipality", _("kommunen")

    class Reason(models.TextChoices):
        """Why the municipality took it away; empty when it doesn't say."""

        ASKED = "asked", _("Den som skrev svaret bad om det.")
        PERSONAL = "personal", _("Det gick att förstå vem det handlade om.")
        MISTAKE = "mistake", _("Det var publicerat av misstag.")

    dialogue = models.ForeignKey(Dialogue, on_delete=models.PROTECT, related_name="removed_quotes")
    theme = models.ForeignKey(
        Theme, on_delete=models.PROTECT, related_name="removed_quotes", verbose_name=_("tema")
    )
    removed_by = models.CharField(_("borttaget av"), max_length=20, choices=RemovedBy)
    reason = models.CharField(_("skäl"), max_length=20, choices=Reason, blank=True)
    removed_at = models.DateTimeField(_("borttaget"), db_default=Now())

    class Meta:
        verbose_name = _("borttaget citat")
        verbose_name_plural = _("borttagna citat")
        ordering = ["removed_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(removed_by="municipality") | Q(reason=""),
                name="only_the_municipality_says_why_a_quote_went",
            ),
            REFUSE_CHANGE,
            REFUSE_TRUNCATE,
        ]

    def __str__(self) -> str:
        return f"{self.theme_id}: {self.removed_by}"


class HeardCount(models.Model):
    """How many answers named a theme when the summary was published.

    None for fewer than five.
    """

    heard = models.ForeignKey(Heard, on_delete=models.CASCADE, related_name="counts")
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(null=True)

    class Meta:
        verbose_name = _("antal svar om ett tema")
        verbose_name_plural = _("antal svar om teman")
        constraints = [
            models.UniqueConstraint(fields=["heard", "theme"], name="one_count_per_theme"),
            GUARD_COUNTS,
        ]

    def __str__(self) -> str:
        return f"{self.theme_id}: {self.number}"
