"""What whoever writes a target is shown: what the public will read."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from html import unescape

import pytest
import time_machine
from django.utils import translation
from django.utils.html import strip_tags
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pledges.models import Commitment
from pledges.presentation.target_preview import TargetPreview, target_preview, target_previews
from pledges.progress import Verdict
from pledges.progress.imagined import Moment, PledgeTime, imagined
from pledges.targets import Target
from tests.builders import a_follow_up, a_pledge, an_action
from tests.pages.conftest import Reader, reader  # noqa: F401  (a fixture)
from tests.pledges.test_progress import FROM, TO, targets

THREE_YEARS = PledgeTime(FROM, TO, until_replaced=True)
TWO_YEARS = PledgeTime(date(2023, 1, 1), date(2024, 12, 31), until_replaced=False)
TWO_A_YEAR = {"target_shape": "count", "target_amount": Decimal(2), "target_period": "year"}


def a_commitment(**fields: object) -> Commitment:
    return Commitment(number=1, responsible="police", text_sv="Polisen söker", **fields)


def preview_of(language: str = "sv", **fields: object) -> TargetPreview:
    with translation.override(language):
        return target_preview(a_commitment(**fields), THREE_YEARS)


def sentences(preview: TargetPreview) -> dict[str, str]:
    return {moment.label: str(moment.progress.sentence) for moment in preview.moments}


def test_each_moment_has_its_sentence() -> None:
    assert sentences(preview_of(target_unit_sv="träffar", **TWO_A_YEAR)) == {
        "Innan något är redovisat": "Inget är redovisat för 2023 än. Lovat: 2 träffar.",
        "På väg": "1 av 2 redovisade för 2023. Lovat: 2 träffar. Tiden är inte slut.",
        "När målet är nått": "Målet nåddes 3 år av 3. 2 av 2 lovade träffar under 2025.",
        "När redovisningen är avslutad utan att målet är nått": "Målet nåddes 0 år av 3. "
        "1 av 2 lovade träffar under 2025. Målet nåddes inte.",
    }


def test_a_secret_kind_is_told_of_when_its_own_period_is_over() -> None:
    preview = preview_of(kind="drug_dog_search", **TWO_A_YEAR)
    before, running, *_over = preview.moments
    assert str(before.progress.sentence) == "Redovisas när 2023 är slut."
    assert [span.verdict for span in running.progress.spans] == [
        Verdict.REACHED,
        Verdict.HIDDEN,
        Verdict.UPCOMING,
    ]
    assert "2024" not in str(running.progress.sentence)


def test_moments_that_read_alike_are_told_as_one() -> None:
    assert list(sentences(preview_of(target_shape="done"))) == [
        "Innan något är redovisat och på väg",
        "När målet är nått",
        "När redovisningen är avslutad utan att målet är nått",
    ]


def test_what_has_no_number_is_never_said_to_be_reached() -> None:
    labels = sentences(preview_of(target_shape="none"))
    assert "När målet är nått" not in labels
    assert "Redovisat: 3 insatser." in labels["På väg"]


def test_every_language_is_shown_that_of_the_page_first() -> None:
    commitment = a_commitment(target_unit_sv="träffar", target_unit_en="meetings", **TWO_A_YEAR)
    for page, other, word in (("sv", "en", "meetings"), ("en", "sv", "träffar")):
        with translation.override(page):
            first, second = target_previews(commitment, THREE_YEARS)
        assert (first.lang, second.lang) == ("", other)
        assert word in second.moments[0].progress.sentence
        assert word not in first.moments[0].progress.sentence
    assert "On the way" in sentences(preview_of("en", **TWO_A_YEAR))


@settings(max_examples=200, deadline=None)
@given(targets, st.integers(1, 2500), st.booleans(), st.booleans())
def test_every_target_reads_as_its_moment_says(
    target: Target, days: int, until_replaced: bool, is_secret: bool
) -> None:
    assume(target.last is None or days >= (target.last - FROM).days)
    time = PledgeTime(FROM, date.fromordinal(FROM.toordinal() + days), until_replaced)
    for moment, progress in imagined(target, time, is_secret=is_secret):
        verdicts = {progress.verdict, *(row.verdict for row in progress.rows)}
        if moment == Moment.REACHED:
            assert progress.verdict == Verdict.REACHED
        if moment != Moment.CLOSED:
            assert not verdicts & {Verdict.MISSED, Verdict.PARTLY}
        elif target.is_measurable and progress.verdict != Verdict.UNMEASURED:
            assert progress.verdict in {Verdict.MISSED, Verdict.PARTLY}
        if moment in {Moment.BEFORE, Moment.ON_THE_WAY} and is_secret:
            assert progress.standing is not None
            running = [row for row in progress.rows if row.span.last >= progress.standing.on]
            assert not any(row.done for row in running if row.mean is None)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize(
    ("label", "day", "done", "is_closed"),
    [
        (Moment.BEFORE, date(2023, 1, 1), [], False),
        (Moment.ON_THE_WAY, date(2023, 7, 2), [1], False),
        (Moment.REACHED, date(2026, 11, 23), [2, 2], True),
        (Moment.CLOSED, date(2026, 11, 23), [1, 1], True),
    ],
)
def test_they_are_the_sentences_of_the_page_itself(
    reader: Reader,  # noqa: F811
    language: str,
    label: Moment,
    day: date,
    done: list[int],
    is_closed: bool,
) -> None:
    fields = {"kind": "other", "target_unit": "träffar", "target_unit_en": "meetings"}
    pledge = a_pledge(
        valid_to=TWO_YEARS.planned_end,
        until_replaced=TWO_YEARS.until_replaced,
        commitments=1,
        commitment=TWO_A_YEAR | fields,
    )
    commitment = pledge.commitments.select_related("pledge").get()
    for year, amount in zip((2023, 2024), done, strict=False):
        an_action(commitment, done_on=date(year, 1, 1), amount=amount)
    if is_closed:
        days = {"first_day": TWO_YEARS.valid_from, "last_day": TWO_YEARS.planned_end}
        a_follow_up(pledge, **days)
    with translation.override(language):
        preview = target_preview(commitment, TWO_YEARS)
        [moment] = [moment for moment in preview.moments if moment.label == str(label.label)]
    with time_machine.travel(day, tick=False):
        of_pledge = f"{'/en' * (language == 'en')}/alvsbyn/2023-2025/"
        page = reader.text(f"{of_pledge}ataganden/1/")
        whole_pledge = reader.text(of_pledge)
    shown = [moment.progress.verdict_label, moment.progress.figure]
    shown += [
        " ".join(filter(None, [span.label, span.promised, span.done, span.verdict_label]))
        for span in moment.progress.spans
    ]
    for words in shown:
        assert _plain(words) in page
    if moment.progress.says_more:
        assert _plain(moment.progress.sentence) in whole_pledge


def _plain(words: object) -> str:
    return unescape(re.sub(r"\s+", " ", strip_tags(str(words))))
