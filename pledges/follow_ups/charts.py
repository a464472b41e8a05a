"""A pledge's commitments by its follow-ups, as a chart."""

from __future__ import annotations

from datetime import date

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pledge_portal.pages.text import Wording
from pledges.actions.tallies import reported_in_public
from pledges.actions.target_charts import targets_of
from pledges.charts.kinds import MAX_COLUMNS, Chart, MatrixChart, MatrixRow, Standing
from pledges.follow_ups.presentation import matrix
from pledges.follow_ups.voices import council_words
from pledges.lifecycle import standing
from pledges.models import Assessment, FollowUp, Municipality, Pledge
from pledges.presentation.voices import assessment_heading


def matrix_chart(pledge: Pledge, follow_ups: list[FollowUp], *, is_over: bool) -> Chart | None:
    """Return the assessments of every commitment at every follow-up.

    As many of the latest as there is room for; None when nothing has been published, or nothing
    is promised outside an annex. Their assessments are prefetched.
    """
    if not follow_ups or not pledge.commitments.exists():
        return None
    latest = sorted(follow_ups, key=lambda follow_up: follow_up.meeting_on)[-MAX_COLUMNS:]
    overview = matrix(pledge, latest, is_over=is_over)
    # Time goes from left to right in a drawing.
    rows = [
        MatrixRow(
            Wording(f"{number}. {text.text}", text.lang),
            [Standing(mark, label) for mark, label in reversed(cells)],
        )
        for number, text, cells in overview.rows
    ]
    reached = sum(row.cells[-1].mark == "reached" for row in rows)
    assessed = sum(row.cells[-1].mark != "unmeasured" for row in rows)
    return MatrixChart(
        key="uppfoljningar",
        title=_("Bedömning av varje åtagande vid varje uppföljning"),
        finding=ngettext(
            "Vid den senaste uppföljningen bedömdes %(kept)s av %(n)s åtagande som hållet.",
            "Vid den senaste uppföljningen bedömdes %(kept)s av %(n)s åtaganden som hållna.",
            assessed,
        )
        % {"kept": reached, "n": assessed},
        heading=_("Åtagande"),
        columns=[words for _day, words in reversed(overview.meetings)],
        rows=rows,
        is_demonstration=pledge.is_demonstration,
    )


def matrix_of(pledge: Pledge, place: Municipality | None, on: date) -> Chart | None:
    """Return the commitments by follow-ups from meetings until a day."""
    held = [follow_up for follow_up in published_follow_ups(pledge) if follow_up.meeting_on <= on]
    return matrix_chart(pledge, held, is_over=standing(pledge, on, place).is_over)


def targets_in_both_voices(pledge: Pledge, place: Municipality | None, on: date) -> Chart | None:
    """Return done against target, with what the council says beside it.

    Four queries. None when all that is promised stands in an annex.
    """
    reported = reported_in_public([pledge], on)
    is_over = standing(pledge, on, place).is_over
    newest = {
        key: words[0]
        for key, assessments in reported.assessments.items()
        if (words := council_words(assessments, is_over=is_over))
    }
    assessors = {word.by for word in newest.values()}
    heading = assessment_heading(assessors.pop()) if len(assessors) == 1 else _("Bedömning")
    council = {
        # Where several have assessed, each says who.
        key: Standing(
            word.mark, f"{word.label} ({word.by or _('rådet')})" if assessors else word.label
        )
        for key, word in newest.items()
    }
    return targets_of(pledge, place, on, reported, council, heading)


def published_follow_ups(pledge: Pledge) -> list[FollowUp]:
    """Return a pledge's published follow-ups, the latest first.

    With their assessments.
    """
    assessments = Prefetch("assessments", Assessment.objects.all())
    follow_ups = FollowUp.objects.public().filter(pledge=pledge).latest_first()
    return list(follow_ups.prefetch_related(assessments))
