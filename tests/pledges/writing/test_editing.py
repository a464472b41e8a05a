"""Two people write on one draft, and nothing that anyone saved is lost.

It holds however they come in turn.
"""

from __future__ import annotations

import os
import random
import threading
from itertools import combinations
from typing import Any

import pytest
from django.db import connection

from pledge_portal.accounts.models import User
from pledge_portal.pages.refusals import Refused
from pledges import lifecycle
from pledges.models import Commitment, Indicator, IndicatorLink, Pledge, PledgeVersion
from pledges.writing import editing, parts
from pledges.writing.parts import FRONT, Part, PartKind
from tests.builders import A_PDF
from tests.pledges.writing.conftest import NOW

pytestmark = pytest.mark.django_db


def seen(draft: Pledge, part: Part) -> tuple[int, dict[str, Any]]:
    """Return what somebody who opens a part sees.

    That is the version, and what the part says.
    """
    version = editing.latest_version(draft, NOW)
    values = parts.part_of(version.contents, part)
    assert values is not None
    return version.number, values


def opened(draft: Pledge, part: Part) -> tuple[int, dict[str, Any]]:
    """Return what `seen` does when all was written through the portal.

    It takes the latest version, at once.
    """
    version = draft.versions.latest("number")
    values = parts.part_of(version.contents, part)
    assert values is not None
    return version.number, values


def first_commitment(draft: Pledge) -> Part:
    return Part(PartKind.COMMITMENT, draft.commitments.get(number=1).pk)


def change(
    draft: Pledge, part: Part, base: int, values: dict[str, Any], by: User, **said: Any
) -> editing.Saved:
    return editing.save(draft, part, {**values, **said}, base=base, by=by, at=NOW)


def test_changes_of_different_things_are_both_kept(
    draft: Pledge, editor: User, officer: User
) -> None:
    part = first_commitment(draft)
    base, values = seen(draft, part)
    change(draft, part, base, values, officer, text_sv="Polisen söker med hund i båda skolorna")
    saved = change(draft, part, base, values, editor, explanation_sv="Skolan ber om det.")
    row = draft.commitments.get(number=1)
    assert (row.text_sv, row.explanation_sv) == (
        "Polisen söker med hund i båda skolorna",
        "Skolan ber om det.",
    )
    assert saved.taken == ["text_sv"]


def test_changes_of_the_same_thing_are_handed_back_and_nothing_is_saved(
    draft: Pledge, editor: User, officer: User
) -> None:
    part = first_commitment(draft)
    base, values = seen(draft, part)
    change(draft, part, base, values, officer, text_sv="Polisens text", explanation_sv="Därför.")
    with pytest.raises(editing.Clash) as clash:
        change(draft, part, base, values, editor, text_sv="Kommunens text")
    assert clash.value.fields == ["text_sv"]
    assert clash.value.theirs["text_sv"] == "Polisens text"
    # The form goes on from what was typed, and from what only the other changed.
    assert clash.value.values["text_sv"] == "Kommunens text"
    assert clash.value.values["explanation_sv"] == "Därför."
    assert clash.value.version.saved_by == officer
    assert draft.commitments.get(number=1).text_sv == "Polisens text"
    merged = {**clash.value.values, "text_sv": "Polisens och kommunens text"}
    change(draft, part, clash.value.version.number, merged, editor)
    row = draft.commitments.get(number=1)
    assert (row.text_sv, row.explanation_sv) == ("Polisens och kommunens text", "Därför.")


def test_a_target_is_one_thing(draft: Pledge, editor: User, officer: User) -> None:
    part = first_commitment(draft)
    base, values = seen(draft, part)
    change(draft, part, base, values, officer, target_amount="4")
    with pytest.raises(editing.Clash) as clash:
        change(draft, part, base, values, editor, target_period="term")
    assert set(clash.value.fields) == {"target_amount", "target_period"}


def test_what_somebody_else_took_away_is_not_written_into_nothing(
    draft: Pledge, editor: User, officer: User
) -> None:
    part = first_commitment(draft)
    base, values = seen(draft, part)
    editing.remove(draft, part, base=base, by=officer, at=NOW)
    with pytest.raises(editing.Removed):
        change(draft, part, base, values, editor, text_sv="Kvar")
    saved = editing.add(draft, part.kind, {**values, "text_sv": "Kvar"}, by=editor, at=NOW)
    assert draft.commitments.get(pk=saved.part.key).text_sv == "Kvar"


def test_what_somebody_else_just_changed_is_not_taken_away(
    draft: Pledge, editor: User, officer: User
) -> None:
    part = first_commitment(draft)
    base, values = seen(draft, part)
    change(draft, part, base, values, officer, text_sv="Ny text")
    with pytest.raises(Refused):
        editing.remove(draft, part, base=base, by=editor, at=NOW)
    assert draft.commitments.filter(text_sv="Ny text").exists()


def test_a_part_taken_away_comes_back_with_all_it_said(draft: Pledge, editor: User) -> None:
    row = draft.commitments.get(number=1)
    indicator = Indicator.objects.create(key="stold", name_sv="Stölder", position=1)
    IndicatorLink.objects.create(focus_area=row.focus_area, commitment=row, indicator=indicator)
    part = Part(PartKind.COMMITMENT, row.pk)
    base, values = seen(draft, part)
    assert values["indicators"] == ["stold"]
    editing.remove(draft, part, base=base, by=editor, at=NOW)
    assert not IndicatorLink.objects.exists()
    # Those that are left are numbered from one again.
    assert list(draft.commitments.values_list("number", flat=True)) == [1, 2]
    back = editing.restore(draft, part, base, by=editor, at=NOW)
    assert back.part == part, "what colleagues remarked of it is found again"
    assert seen(draft, back.part)[1] == values
    assert list(draft.commitments.values_list("number", flat=True)) == [1, 2, 3]
    assert draft.commitments.get(number=1).pk == row.pk, "at its own place"


def test_a_part_comes_back_with_the_area_that_it_belonged_to(draft: Pledge, editor: User) -> None:
    traffic = dict.fromkeys(parts.FIELDS[PartKind.FOCUS_AREA], "") | {"name_sv": "Trafik"}
    area = editing.add(draft, PartKind.FOCUS_AREA, traffic, by=editor, at=NOW).part
    said = {**seen(draft, first_commitment(draft))[1], "focus_area": area.key}
    last = editing.add(draft, PartKind.COMMITMENT, said, by=editor, at=NOW)
    for part in (last.part, area):
        base = editing.latest_version(draft, NOW).number
        editing.remove(draft, part, base=base, by=editor, at=NOW)
    for part in (area, last.part):
        editing.restore(draft, part, last.version.number, by=editor, at=NOW)
    assert draft.focus_areas.get(pk=area.key).commitments.get().pk == last.part.key
    # The next one made is given a key of its own.
    assert editing.add(draft, PartKind.COMMITMENT, said, by=editor, at=NOW).part.key > last.part.key


def test_a_key_that_was_never_given_out_here_is_not_taken(draft: Pledge, editor: User) -> None:
    latest = editing.latest_version(draft, NOW)
    part = Part(PartKind.COMMITMENT, 10**9)
    rows = latest.contents["commitments"]
    version = PledgeVersion.objects.create(
        pledge=draft,
        number=latest.number + 1,
        contents={**latest.contents, "commitments": [*rows, {**rows[0], "id": part.key}]},
        act=PledgeVersion.Act.ELSEWHERE,
        saved_at=NOW,
    )
    back = editing.restore(draft, part, version.number, by=editor, at=NOW)
    assert back.part.key < part.key
    assert [each.pk for each in draft.commitments.all()][-1] == back.part.key


def test_moving_numbers_the_commitments_anew_through_all_areas(draft: Pledge, editor: User) -> None:
    area = editing.add(
        draft,
        PartKind.FOCUS_AREA,
        dict.fromkeys(parts.FIELDS[PartKind.FOCUS_AREA], "") | {"name_sv": "Trafik"},
        by=editor,
        at=NOW,
    ).part
    _, values = seen(draft, first_commitment(draft))
    added = editing.add(
        draft,
        PartKind.COMMITMENT,
        values | {"focus_area": area.key, "text_sv": "Trafikkontroll"},
        by=editor,
        at=NOW,
    ).part
    assert draft.commitments.get(pk=added.key).number == 4
    editing.move(draft, area, up=True, by=editor, at=NOW)
    assert draft.commitments.get(pk=added.key).number == 1
    last = Part(PartKind.COMMITMENT, draft.commitments.get(number=4).pk)
    assert not editing.move(draft, last, up=False, by=editor, at=NOW).is_new
    editing.move(draft, last, up=True, by=editor, at=NOW)
    assert draft.commitments.get(pk=last.key).number == 3
    with pytest.raises(Refused):
        editing.remove(draft, area, base=seen(draft, area)[0], by=editor, at=NOW)


def test_the_front_writes_parties_and_a_new_address(draft: Pledge, editor: User) -> None:
    base, values = seen(draft, FRONT)
    change(draft, FRONT, base, values, editor, period="2026", registry_number="KS 2026/12")
    draft.refresh_from_db()
    assert (draft.period, draft.parties.get().period) == ("2026", "2026")
    assert draft.registry_number == "KS 2026/12"


def test_every_change_is_a_version_and_what_was_changed_elsewhere_too(
    draft: Pledge, editor: User
) -> None:
    part = first_commitment(draft)
    base, values = seen(draft, part)
    assert not change(draft, part, base, values, editor).is_new
    change(draft, part, base, values, editor, text_sv="Ny text")
    Commitment.objects.filter(pk=part.key).update(text_sv="Driftens text")
    latest = editing.latest_version(draft, NOW)
    found = [(v.act, v.saved_by) for v in draft.versions.order_by("number")]
    assert found == [("started", None), ("changed", editor), ("elsewhere", None)]
    after = parts.part_of(latest.contents, part)
    assert after is not None
    assert after["text_sv"] == "Driftens text"


def test_an_adopted_text_is_locked(draft: Pledge, editor: User) -> None:
    part = first_commitment(draft)
    base, values = seen(draft, part)
    lifecycle.adopt(draft, NOW, A_PDF + b"0")
    with pytest.raises(Refused):
        change(draft, part, base, values, editor, text_sv="Efteråt")
    assert not draft.commitments.filter(text_sv="Efteråt").exists()


def interleavings(steps: int) -> list[str]:
    """Return every order in which A's and B's steps can come.

    One is "AABB".
    """
    return [
        "".join("A" if i in places else "B" for i in range(2 * steps))
        for places in combinations(range(2 * steps), steps)
    ]


# INTERLEAVINGS=10000 tries as many.
INTERLEAVINGS = int(os.environ.get("INTERLEAVINGS", "160"))
# Two openings and savings of each in all 70 orders, and one of each in all 6, again and again.
ORDERS = interleavings(4) + interleavings(2) * (INTERLEAVINGS // 6 - 11)


class Writer:
    """Somebody who opens a part, types a word and saves.

    They merge clashes by hand, keeping both. Fields differ in how they are typed in: a word is
    added to what was read, at either end.
    """

    def __init__(self, name: str, draft: Pledge, by: User, chance: random.Random) -> None:
        self.name, self.draft, self.by, self.chance = name, draft, by, chance
        self.words: list[tuple[str, str]] = []
        self.clashes = 0
        self.open: tuple[Part, int, dict[str, Any]] | None = None

    def step(self, part: Part) -> None:
        if self.open is None:
            self.open = (part, *opened(self.draft, part))
            return
        part, base, values = self.open
        field = self.chance.choice(["text_sv", "explanation_sv"])
        word = f"{self.name}{len(self.words)}"
        at_the_end = self.chance.random() < 0.5
        typed = f"{values[field]} {word}" if at_the_end else f"{word} {values[field]}"
        typed = typed.strip()
        while True:
            try:
                change(self.draft, part, base, values, self.by, **{field: typed})
            except editing.Clash as clash:
                self.clashes += 1
                base, values = clash.version.number, clash.values
                typed = f"{clash.theirs[field]} {word}"
            else:
                break
        self.words.append((field, word))
        self.open = None


def test_interleavings_of_two_writers_lose_no_word(
    draft: Pledge, editor: User, officer: User
) -> None:
    Commitment.objects.exclude(pk=first_commitment(draft).key).delete()
    draft.sections.all().delete()
    part, clashes = first_commitment(draft), 0
    assert len(ORDERS) >= 150
    for number, order in enumerate(ORDERS):
        Commitment.objects.filter(pk=part.key).update(text_sv="Text", explanation_sv="")
        PledgeVersion.objects.filter(pledge=draft).delete()
        editing.latest_version(draft, NOW)
        chance = random.Random(number)  # noqa: S311
        writers = {
            "A": Writer("A", draft, editor, chance),
            "B": Writer("B", draft, officer, chance),
        }
        for name in order:
            writers[name].step(part)
        row = Commitment.objects.get(pk=part.key)
        for writer in writers.values():
            assert len(writer.words) == len(order) // 4
            for field, word in writer.words:
                assert word in getattr(row, field).split(), (order, number)
            clashes += writer.clashes
        assert "Text" in row.text_sv.split()
    # Else nothing would have been tried.
    assert clashes > len(ORDERS) / 10


@pytest.mark.django_db(transaction=True)
def test_writers_at_the_very_same_moment_lose_no_word(
    draft: Pledge, editor: User, officer: User
) -> None:
    """Four connections at once, for real.

    The lock puts them one after the other.
    """
    part = first_commitment(draft)
    editing.latest_version(draft, NOW)
    writers = [
        Writer(f"W{i}-", draft, by, random.Random(i))  # noqa: S311
        for i, by in enumerate([editor, officer, editor, officer])
    ]
    begin = threading.Barrier(len(writers))

    def write(writer: Writer) -> None:
        try:
            begin.wait(10)
            for _ in range(10):
                writer.step(part)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(writer,)) for writer in writers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    row = Commitment.objects.get(pk=part.key)
    for writer in writers:
        assert len(writer.words) == 5
        for field, word in writer.words:
            assert word in getattr(row, field).split()
    numbers = list(draft.versions.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, 22))
