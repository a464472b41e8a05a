"""Residents' comments on pledges, their moderation, and official answers."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from dialogues.models.language import language_field
from pledge_portal.accounts.permissions import Action, Person, keys_of_own_places, of_own_places
from pledge_portal.database.triggers import REFUSE_TRUNCATE, REFUSE_UPDATE
from pledges.models import (
    Commitment,
    Consultation,
    FollowUp,
    Municipality,
    Pledge,
    PoliceArea,
)

# So long can who wrote it change it.
CHANGEABLE_FOR = timedelta(hours=1)


class CommentQuerySet(models.QuerySet["Comment"]):
    """Comments. Public code begins with `public()`."""

    def public(self) -> CommentQuerySet:
        """Keep those let through, and whose thread is shown."""
        return self.public_with_marks().filter(removed_by="")

    def public_with_marks(self) -> CommentQuerySet:
        """Keep those, and the marks of removed ones that have replies."""
        return self.filter(state=Comment.State.PUBLISHED, thread_is_shown=True)

    def visible_to(self, user: Person) -> CommentQuerySet:
        """Keep those to the municipalities whose comments a person moderates."""
        # Keys, and no subquery, so that an index gives the queue in order.
        keys = keys_of_own_places(user, Action.MODERATE)
        return self if keys is None else self.filter(municipality__in=keys[0])

    def answered_by(self, user: Person) -> CommentQuerySet:
        """Keep those shown that a person may answer for a party."""
        own = of_own_places(
            user,
            Action.ANSWER_COMMENTS,
            municipality="municipality",
            police_area=("pledge__police_area", "pledge__further_police_areas__police_area"),
        )
        return self.public().filter(own, parent=None)

    def about(
        self,
        municipality: Municipality,
        pledge: Pledge | int,
        *,
        commitment: int | None = None,
        follow_up: FollowUp | None = None,
    ) -> CommentQuerySet:
        """Keep those written at a municipality's page of a pledge, or of a part.

        Those on the draft that it was are left out. `commitment` is the number of one.
        """
        comments = self.filter(municipality=municipality, pledge=pledge, consultation=None)
        if commitment is not None:
            # As one value and no join, so that the index gives them in order.
            key = Commitment.objects.filter(pledge=pledge, number=commitment).values("pk")[:1]
            comments = comments.filter(commitment=key)
        if follow_up is not None:
            comments = comments.filter(follow_up=follow_up)
        return comments

    def on_draft(
        self, municipality: Municipality, consultation: int, *, commitment: int | None = None
    ) -> CommentQuerySet:
        """Keep those at a municipality's page of a consultation, or of a part.

        `consultation` is a round's key, `commitment` the number of one in what it shows.
        """
        comments = self.filter(municipality=municipality, consultation=consultation)
        return (
            comments if commitment is None else comments.filter(consultation_commitment=commitment)
        )

    def waiting(self) -> CommentQuerySet:
        """Keep those that wait for a moderator, who has waited longest first."""
        return self.exclude(awaits="").order_by("awaits_since", "pk")

    def for_moderators(self) -> CommentQuerySet:
        """Fetch what a moderator is shown of them, in a fixed number of queries."""
        return (
            self.select_related(
                "municipality",
                "pledge",
                "commitment",
                "follow_up",
                "consultation",
                "parent__stands_for",
                "sender",
            )
            .defer("consultation__contents")
            .prefetch_related(
                models.Prefetch("reports", CommentReport.objects.filter(handled_at=None)),
            )
        )

    def unanswered(self) -> CommentQuerySet:
        """Keep those that neither the municipality nor the police has answered."""
        answers = Comment.objects.public().official().filter(parent=models.OuterRef("pk"))
        return self.exclude(models.Exists(answers))

    def objections(self) -> CommentQuerySet:
        """Keep objections that nobody has answered, those not moderated too."""
        may_stand = [Comment.State.PUBLISHED, Comment.State.PENDING]
        return self.filter(state__in=may_stand, is_objection=True, removed_by="").unanswered()

    def official(self) -> CommentQuerySet:
        """Only answers of the municipality or the police."""
        return self.exclude(by_municipality=None, by_police_area=None)


class Comment(models.Model):
    """A comment, or a reply to one; public only while published.

    The rest is kept hidden as a public record until the retention plan lets it go (arkivlagen
    1990:782, 10 §).

    A removed one with replies is a row of its own, without words: its mark. The replies stand below
    that, so that nothing that somebody wrote goes by another's act. `removed_by` says whose act.

    `awaits` is what a moderator has to look at, `awaits_since` since when. Who sent it, and how to
    reach them, is in `CommentSender`, which the public's database role can't read.
    """

    class State(models.TextChoices):
        """Who sees it."""

        PENDING = "pending", _("väntar på granskning")
        PUBLISHED = "published", _("publicerad")
        HIDDEN = "hidden", _("dold av moderator")
        WITHDRAWN = "withdrawn", _("återtagen")

    class Awaits(models.TextChoices):
        """Why a moderator has to look at it."""

        NEW = "new", _("ny")
        UNSEEN = "unseen", _("publicerad direkt")
        REPORT = "report", _("anmäld")
        APPEAL = "appeal", _("begäran om omprövning")

    class RemovedBy(models.TextChoices):
        """By whom a comment that a mark stands for was removed."""

        WRITER = "writer", _("den som skrev")
        MODERATOR = "moderator", _("moderator")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="comments", verbose_name=_("kommun")
    )
    pledge = models.ForeignKey(
        Pledge, on_delete=models.PROTECT, related_name="comments", verbose_name=_("löfte")
    )
    commitment = models.ForeignKey(
        Commitment,
        on_delete=models.PROTECT,
        null=True,
        related_name="comments",
        verbose_name=_("åtagande"),
    )
    follow_up = models.ForeignKey(
        FollowUp,
        on_delete=models.PROTECT,
        null=True,
        related_name="comments",
        verbose_name=_("uppföljning"),
    )
    # A draft is commented on as a round of consultation shows it; `pledge` is what it may become.
    consultation = models.ForeignKey(
        Consultation,
        on_delete=models.PROTECT,
        null=True,
        related_name="comments",
        verbose_name=_("samråd"),
    )
    # The number of a commitment in what the round shows, which never changes.
    consultation_commitment = models.PositiveSmallIntegerField(_("åtagande i förslaget"), null=True)
    parent = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, related_name="replies", verbose_name=_("på")
    )
    state = models.CharField(_("läge"), max_length=20, choices=State, default=State.PENDING)
    thread_is_shown = models.BooleanField(default=True, editable=False)
    removed_by = models.CharField(
        _("borttagen av"), max_length=20, choices=RemovedBy, blank=True, editable=False
    )
    stands_for = models.OneToOneField(
        "self", on_delete=models.SET_NULL, null=True, related_name="mark", editable=False
    )
    is_objection = models.BooleanField(_("invändning mot bedömningen"), default=False)
    name = models.CharField(_("namn eller påhittat namn"), max_length=60, blank=True)
    text = models.TextField(_("kommentar"), max_length=3000)
    language = language_field()
    by_municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, null=True, related_name="+"
    )
    by_police_area = models.ForeignKey(
        PoliceArea, on_delete=models.PROTECT, null=True, related_name="+"
    )
    submitted_at = models.DateTimeField(_("skriven"))
    published_at = models.DateTimeField(_("publicerad"), null=True)
    changed_at = models.DateTimeField(_("ändrad"), null=True)
    awaits = models.CharField(_("väntar på"), max_length=20, choices=Awaits, blank=True)
    awaits_since = models.DateTimeField(null=True)
    is_demonstration = models.BooleanField(_("demonstration"), default=False)

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("kommentar")
        verbose_name_plural = _("kommentarer")
        indexes = [
            models.Index(
                fields=["municipality", "pledge", "-published_at", "-id"],
                condition=Q(
                    state="published", thread_is_shown=True, parent=None, consultation=None
                ),
                name="comments_of_pledge",
            ),
            models.Index(
                fields=["consultation", "municipality", "-published_at", "-id"],
                condition=Q(
                    state="published",
                    thread_is_shown=True,
                    parent=None,
                    consultation__isnull=False,
                ),
                name="comments_of_consultation",
            ),
            models.Index(
                fields=["commitment", "-published_at", "-id"],
                condition=Q(state="published", thread_is_shown=True, parent=None),
                name="comments_of_commitment",
            ),
            models.Index(
                fields=["follow_up", "-published_at", "-id"],
                condition=Q(state="published", thread_is_shown=True, parent=None),
                name="comments_of_follow_up",
            ),
            models.Index(
                fields=["municipality", "awaits_since", "id"],
                condition=~Q(awaits=""),
                name="comments_waiting",
            ),
            models.Index(
                fields=["municipality", "awaits"],
                condition=~Q(awaits=""),
                name="comments_waiting_by_sort",
            ),
            models.Index(
                fields=["pledge"], condition=Q(is_objection=True), name="comments_objecting"
            ),
            models.Index(fields=["pledge", "-submitted_at"], name="comments_latest"),
            models.Index(fields=["municipality", "uid"], name="comments_by_municipality"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(by_municipality=None) | Q(by_police_area=None),
                name="comment_answers_for_one",
            ),
            models.CheckConstraint(
                condition=Q(is_objection=False)
                | Q(commitment__isnull=False, follow_up__isnull=False, parent=None),
                name="comment_objects_to_an_assessment",
            ),
            models.CheckConstraint(
                condition=Q(consultation=None, consultation_commitment=None)
                | Q(consultation__isnull=False, commitment=None, follow_up=None),
                name="comment_on_a_draft_or_a_pledge",
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False),
                name="comment_published_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(awaits="", awaits_since=None)
                | (~Q(awaits="") & Q(awaits_since__isnull=False)),
                name="comment_awaits_since",
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("id")), name="comment_answers_another"
            ),
            models.CheckConstraint(
                condition=Q(removed_by="", stands_for=None)
                | (~Q(removed_by="") & Q(text="", name="", parent=None)),
                name="comment_mark_without_words",
            ),
            REFUSE_TRUNCATE,
        ]

    def __str__(self) -> str:
        return str(self.uid)

    @property
    def is_official(self) -> bool:
        """Whether the municipality or the police says it."""
        return self.by_municipality_id is not None or self.by_police_area_id is not None

    @property
    def is_shown(self) -> bool:
        """Whether everyone can read it."""
        return self.state == self.State.PUBLISHED and self.thread_is_shown

    def can_be_changed(self, at: datetime) -> bool:
        """Return whether its writer may still change it.

        They may for an hour, until somebody answers.
        """
        return (
            self.state in {self.State.PENDING, self.State.PUBLISHED}
            and at < self.submitted_at + CHANGEABLE_FOR
            and not self.replies.exists()
        )


class CommentSender(models.Model):
    """Who sent a comment, and where answers are written to.

    It holds the private link's fingerprint, and the address if they gave one. Nobody is written to
    before they have confirmed the address. `appeal` is why they think that the moderator was wrong.
    """

    comment = models.OneToOneField(Comment, on_delete=models.CASCADE, related_name="sender")
    sending = models.UUIDField(unique=True)
    link = models.CharField(max_length=64, blank=True)
    language = models.CharField(max_length=2, default="sv")
    email = models.EmailField(_("e-postadress"), max_length=254, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    appeal = models.TextField(_("begäran om omprövning"), max_length=2000, blank=True)
    appealed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("avsändare av en kommentar")
        verbose_name_plural = _("avsändare av kommentarer")
        indexes = [models.Index(fields=["email"], condition=~Q(email=""), name="senders_by_email")]
        constraints = [
            models.UniqueConstraint(
                fields=["link"], condition=~Q(link=""), name="one_comment_a_link"
            )
        ]

    def __str__(self) -> str:
        return str(self.comment_id)


class CommentReport(models.Model):
    """A report that a published comment should not stand.

    `reason` is one of the moderators'.
    """

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="reports")
    sending = models.UUIDField(unique=True)
    reason = models.CharField(_("skäl"), max_length=20)
    text = models.TextField(_("förklaring"), max_length=1000, blank=True)
    reported_at = models.DateTimeField(_("anmäld"))
    handled_at = models.DateTimeField(_("hanterad"), null=True)

    class Meta:
        verbose_name = _("anmälan av en kommentar")
        verbose_name_plural = _("anmälningar av kommentarer")

    def __str__(self) -> str:
        return f"{self.comment_id}: {self.reason}"


class ModerationDecision(models.Model):
    """What somebody decided about a comment, when and why; never changed.

    `waited` is how long it had waited for a moderator; None for what nobody waited for.
    """

    class Verdict(models.TextChoices):
        """What was decided."""

        PUBLISHED = "published", _("publicerad")
        LEFT = "left", _("fick stå kvar")
        HIDDEN = "hidden", _("dold")
        RESTORED = "restored", _("publicerad efter omprövning")
        UPHELD = "upheld", _("fortsatt dold efter omprövning")
        ANSWERED = "answered", _("officiellt svar skrivet")
        UNANSWERED = "unanswered", _("officiellt svar borttaget")

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="decisions")
    verdict = models.CharField(_("beslut"), max_length=20, choices=Verdict)
    reason = models.CharField(_("skäl"), max_length=20, blank=True)
    note = models.TextField(_("till den som skrev"), max_length=1000, blank=True)
    waited_for = models.CharField(max_length=20, blank=True)
    waited = models.DurationField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("beslutat"))

    class Meta:
        verbose_name = _("modereringsbeslut")
        verbose_name_plural = _("modereringsbeslut")
        indexes = [models.Index(fields=["comment", "-decided_at"])]
        # They go only with the comment, when the retention plan lets it go.
        constraints = [REFUSE_TRUNCATE, REFUSE_UPDATE]

    def __str__(self) -> str:
        return f"{self.comment_id}: {self.verdict}"


class Letter(models.Model):
    """A letter about a comment to who wrote it, waiting to be sent or sent.

    `about` is the official answer that it tells of; None for a moderator's decision or the
    question whether the address is right.
    """

    class Sort(models.TextChoices):
        """What it tells."""

        CONFIRM = "confirm", _("fråga om adressen")
        ANSWER = "answer", _("officiellt svar")
        DECISION = "decision", _("beslut")

    sender = models.ForeignKey(CommentSender, on_delete=models.CASCADE, related_name="letters")
    sort = models.CharField(max_length=20, choices=Sort)
    about = models.ForeignKey(Comment, on_delete=models.CASCADE, null=True, related_name="+")
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("brev om en kommentar")
        verbose_name_plural = _("brev om kommentarer")
        indexes = [
            models.Index(fields=["made_at"], condition=Q(sent_at=None), name="letters_to_send")
        ]

    def __str__(self) -> str:
        return f"{self.sender_id}: {self.sort}"
