"""A change makes old the pages of those municipalities that show it.

No other municipality's pages become old.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models, transaction

from dialogues.models import (
    District,
)
from pledge_portal.database.acting import as_owner, as_public
from pledge_portal.database.page_changes import NOT_ANNOUNCED, SHOWN_AT, trigger_statements
from pledge_portal.database.public_role import READABLE
from pledge_portal.pages.models import PublicChange
from pledge_portal.pages.page_versions import VersionReader
from pledges.models import (
    Municipality,
    Pledge,
)
from pledges.models.consultation import ConsultationParty
from tests.builders import (
    a_municipality,
    a_pledge,
)
from tests.pages.conftest import Reader

pytestmark = pytest.mark.django_db

OWN, JOINT, SHARED = {"alvsbyn"}, {"alvsbyn", "pitea"}, {""}
# Of each table a column and what to change it to, and whose pages the row of `world` is shown on.
CASES: dict[str, tuple[str, set[str]]] = {
    "pledges_municipality": ("official_name = official_name || '!'", SHARED),
    "pledges_policearea": ("name = name || '!'", JOINT),
    "pledges_policeareacoverage": ("municipality_id = municipality_id", JOINT),
    "pledges_place": ("name = name || '!'", JOINT),
    "pledges_picture": ("credit = credit || '!'", JOINT),
    "pledges_picturefile": ("width = width + 1", JOINT),
    "pledges_validityperiod": ("during = during * daterange(NULL, '2024-01-01')", JOINT),
    "pledges_annulment": ("reason = reason || '!'", JOINT),
    "pledges_prolongation": ("reason = reason || '!'", JOINT),
    "pledges_targetchange": ("reason = reason || '!'", JOINT),
    "pledges_pledgesignedelsewhere": ("vouched_for = vouched_for || '!'", JOINT),
    "pledges_recall": ("reason = reason || '!'", JOINT),
    "pledges_pledge": ("title_sv = title_sv || '!'", JOINT),
    "pledges_pledgeparty": ("position = position + 7", JOINT),
    "pledges_municipalitypart": ("name = name || '!'", JOINT),
    "pledges_pledgepart": (
        "part_id = (SELECT max(id) FROM pledges_municipalitypart)",
        JOINT,
    ),
    "pledges_furtherpolicearea": (
        "police_area_id = (SELECT min(id) FROM pledges_policearea)",
        JOINT,
    ),
    "pledges_pledgeannex": ("title = title || '!'", JOINT),
    "pledges_section": ("text_sv = text_sv || '!'", JOINT),
    "pledges_focusarea": ("name_sv = name_sv || '!'", JOINT),
    "pledges_commitment": ("text_sv = text_sv || '!'", JOINT),
    "pledges_signatory": ("name = name || '!'", JOINT),
    "pledges_signature": ("certificate_name = certificate_name || '!'", JOINT),
    "pledges_pledgedocument": ("created_at = created_at + interval '1 day'", JOINT),
    "pledges_paperscan": ("vouched_at = vouched_at + interval '1 day'", JOINT),
    "pledges_withhelddocument": ("decision = decision || '!'", JOINT),
    "pledges_consultation": ("introduction_sv = introduction_sv || '!'", JOINT),
    "pledges_consultationannex": ("title = title || '!'", JOINT),
    "pledges_consultationparty": ("position = position + 7", JOINT),
    "pledges_followupplan": ("days_until_due = days_until_due + 1", JOINT),
    "pledges_followup": ("introduction = introduction || '!'", JOINT),
    "pledges_assessment": ("reason = reason || '!'", JOINT),
    "pledges_approval": ("digest = reverse(digest)", JOINT),
    "pledges_followupcorrection": ("text = text || '!'", JOINT),
    "pledges_followupdocument": ("created_at = created_at + interval '1 day'", JOINT),
    "pledges_periodclosing": ("closed_at = closed_at + interval '1 day'", JOINT),
    "pledges_earlieramount": ("amount = amount + 1", JOINT),
    "pledges_publishedaction": ("note = note || '!'", JOINT),
    "pledges_area": ("name = name || '!'", SHARED),
    "pledges_indicator": ("name_sv = name_sv || '!'", SHARED),
    "pledges_observation": ("value = value + 1", SHARED),
    "pledges_earlierfigure": ("value = value + 1", SHARED),
    "pledges_statisticsimport": ("added = added + 1", SHARED),
    "pledges_indicatorlink": ("reason_sv = reason_sv || '!'", JOINT),
    "pledges_publishedround": ("note = note || '!'", JOINT),
    "pledges_publishedshare": ("answered = answered + 1", OWN),
    "dialogues_theme": ("name_sv = name_sv || '!'", JOINT),
    "dialogues_district": ("name = name || '!'", OWN),
    "dialogues_reception": ("is_stopped = NOT is_stopped", OWN),
    "dialogues_disposalplan": ("decision = decision || '!'", OWN),
    "dialogues_dialogue": ("title_sv = title_sv || '!'", OWN),
    "dialogues_heard": ("text_sv = text_sv || '!'", OWN),
    "dialogues_heardcount": ("number = number + 1", OWN),
    "dialogues_themeanswer": ("reason_sv = reason_sv || '!'", JOINT),
    "dialogues_quote": ("text = text || '!'", OWN),
    "dialogues_removedquote": ("removed_at = removed_at + interval '1 day'", OWN),
    "dialogues_textcorrection": ("text_sv = text_sv || '!'", OWN),
    "dialogues_comment": ("text = text || '!'", OWN),
    "news_news": ("title_sv = title_sv || '!'", OWN),
    "news_newscorrection": ("text_sv = text_sv || '!'", OWN),
    "news_newsaction": ("news_id = (SELECT min(id) FROM news_news)", OWN),
    "news_takenback": ("reason = reason || '!'", OWN),
}


@contextmanager
def undone() -> Iterator[None]:
    """Undo what is done within."""
    with transaction.atomic():
        point = transaction.savepoint()
        yield
        transaction.savepoint_rollback(point)


def versions() -> dict[str, int]:
    return dict(VersionReader().read_anew().topics)


def moved_by(change: Callable[[], object]) -> set[str]:
    """Return the topics whose versions a change moves; it is undone."""
    with undone():
        before = versions()
        change()
        after = versions()
    return {topic for topic in after if after[topic] != before.get(topic)}


def by(statement: str, *values: object) -> set[str]:
    """Return the topics whose versions a statement moves; it is undone."""

    def execute() -> None:
        with as_owner(), connection.cursor() as cursor:
            cursor.execute(statement, values)

    return moved_by(execute)


def key_of(table: str, condition: str | None, *, visible: bool) -> Any:
    """Return the key of a table's first row that the public sees.

    With `visible` false, of the first that it doesn't see. None when there is no such row.
    """
    where = (condition or "true") if visible else f"NOT ({condition})"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {primary_key(table)} FROM {table} WHERE {where} ORDER BY 1 LIMIT 1")
        row = cursor.fetchone()
    return row and row[0]


def primary_key(table: str) -> str:
    (model,) = (model for model in apps.get_models(True) if model._meta.db_table == table)
    field: models.Field = model._meta.pk
    return str(field.column)


def test_every_table_that_the_public_reads_is_told_of_or_named() -> None:
    assert set(READABLE) == set(SHOWN_AT) | NOT_ANNOUNCED
    assert set(CASES) == set(SHOWN_AT)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, count(*) FROM pg_trigger"
            " WHERE tgname LIKE 'announce%' AND NOT tgisinternal GROUP BY 1"
        )
        assert dict(cursor.fetchall()) == dict.fromkeys(SHOWN_AT, 4)


def test_a_change_that_is_seen_moves_the_versions_of_those_who_show_it(world: None) -> None:
    changed, deleted, added = {}, {}, {}
    for table, (change, _whose) in CASES.items():
        key, name = key_of(table, READABLE[table], visible=True), primary_key(table)
        assert key is not None, table
        changed[table] = by(f"UPDATE {table} SET {change} WHERE {name} = %s", key)
        with undone(), as_owner(), connection.cursor() as cursor:
            cursor.execute(
                f"CREATE TEMPORARY TABLE row ON COMMIT DROP AS SELECT * FROM {table}"
                f" WHERE {name} = %s",
                [key],
            )
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            deleted[table] = by(f"DELETE FROM {table} WHERE {name} = %s", key)
            # What goes away with it here comes back with it.
            before = versions()
            cursor.execute(f"DELETE FROM {table} WHERE {name} = %s", [key])
            assert versions() != before, table
            added[table] = by(f"INSERT INTO {table} OVERRIDING SYSTEM VALUE SELECT * FROM row")
    whose = {table: topics for table, (_change, topics) in CASES.items()}
    # This one has nothing that could be changed but whom it is about.
    assert changed.pop("pledges_policeareacoverage") == set()
    assert changed == {table: whose[table] for table in changed}
    assert deleted == whose
    assert added == whose


def test_a_change_that_nobody_sees_moves_no_version(world: None) -> None:
    hidden = {table: rule for table, rule in READABLE.items() if rule is not None}
    for table, rule in hidden.items():
        key, name = key_of(table, rule, visible=False), primary_key(table)
        assert key is not None, table
        change = CASES[table][0]
        assert by(f"UPDATE {table} SET {change} WHERE {name} = %s", key) == set(), table
        with undone(), as_owner(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            cursor.execute(
                f"CREATE TEMPORARY TABLE row ON COMMIT DROP AS SELECT * FROM {table}"
                f" WHERE {name} = %s",
                [key],
            )
            before = versions()
            cursor.execute(f"DELETE FROM {table} WHERE {name} = %s", [key])
            cursor.execute(f"INSERT INTO {table} OVERRIDING SYSTEM VALUE SELECT * FROM row")
            assert versions() == before, table


def test_an_update_of_no_rows_or_to_what_there_was_moves_no_version(world: None) -> None:
    for table, (change, _whose) in CASES.items():
        column = change.partition(" =")[0]
        assert by(f"UPDATE {table} SET {change} WHERE false") == set(), table
        assert by(f"UPDATE {table} SET {column} = {column}") == set(), table
        assert by(f"DELETE FROM {table} WHERE false") == set(), table


# What makes other rows public, or takes them back, is itself seen.
PUBLISHING: list[tuple[str, set[str]]] = [
    ("UPDATE pledges_followup SET published_at = now() WHERE published_at IS NULL", JOINT),
    (
        "UPDATE dialogues_dialogue SET announced_at = now(), number = 9 WHERE number IS NULL",
        OWN,
    ),
    ("UPDATE dialogues_heard SET published_at = now() WHERE published_at IS NULL", OWN),
    (
        "INSERT INTO pledges_validityperiod (pledge_id, municipality_id, during)"
        " SELECT pledge_id, municipality_id, '[2000-01-01,2001-01-01)' FROM pledges_pledgeparty"
        " WHERE period = '2030' AND position = 1",
        JOINT,
    ),
    ("UPDATE dialogues_comment SET thread_is_shown = false WHERE state = 'published'", OWN),
    ("UPDATE dialogues_comment SET state = 'hidden' WHERE state = 'published'", OWN),
    (
        "UPDATE dialogues_comment SET state = 'published', published_at = now()"
        " WHERE state = 'pending'",
        OWN,
    ),
    ("UPDATE dialogues_comment SET text = 'x' WHERE state = 'pending'", set()),
    ("UPDATE pledges_publishedaction SET note = 'x' WHERE public_from > now()", set()),
    ("UPDATE pledges_publishedaction SET public_from = now() WHERE public_from > now()", JOINT),
    # Moved from one to another it is both's.
    (
        "UPDATE dialogues_district SET municipality_id ="
        " (SELECT id FROM pledges_municipality WHERE slug = 'boden')",
        {"alvsbyn", "boden"},
    ),
    # What isn't refused is everybody's.
    ("TRUNCATE dialogues_reception", SHARED),
    ("UPDATE pledges_policearea SET name = 'x' WHERE name = 'Boden'", {"boden"}),
    (
        "INSERT INTO pledges_picture (police_area_id, alternative_text, alternative_text_sv,"
        " credit, fingerprint, dark_fingerprint, uploaded_at, older_english) SELECT id, 'a', 'a',"
        " '', '', '', now(), '{}' FROM pledges_policearea WHERE name = 'Boden'",
        {"boden"},
    ),
    (
        "DELETE FROM pledges_policeareacoverage WHERE municipality_id ="
        " (SELECT id FROM pledges_municipality WHERE slug = 'boden')",
        {"boden"},
    ),
]


def test_what_a_change_makes_public_or_takes_back_is_told_of(world: None) -> None:
    assert {change: by(change) for change, _topics in PUBLISHING} == dict(PUBLISHING)


def pages_of(reader: Reader, slug: str) -> dict[str, str]:
    """Return every page of a municipality, made anew."""
    pages: dict[str, str] = {}
    unread = [f"/{slug}/", f"/{slug}/statistik/", f"/{slug}/dialoger/", f"/{slug}/samrad/"]
    while unread:
        address = unread.pop()
        if address not in pages:
            answer = reader.get(address)
            assert answer.status_code == 200, address
            pages[address] = answer.content.decode()
            links = re.findall(r'href="([^"#?]+)', pages[address])
            unread += [link for link in links if link.startswith(f"/{slug}/") and link[-1] == "/"]
    # Forms draw their hidden fields anew each time.
    return {a: page for a, page in pages.items() if "open-form" not in page}


def test_no_page_of_others_shows_what_is_told_of_one_alone(world: None, reader: Reader) -> None:
    others = {slug: pages_of(reader, slug) for slug in ("alvsbyn", "pitea", "boden")}
    assert all(len(pages) > 10 for pages in others.values())
    for whose in (OWN, JOINT):
        for table, (change, shown_at) in CASES.items():
            if shown_at == whose:
                key, name = key_of(table, READABLE[table], visible=True), primary_key(table)
                with as_owner(), connection.cursor() as cursor:
                    cursor.execute(f"UPDATE {table} SET {change} WHERE {name} = %s", [key])
        changed = {slug for slug in others if pages_of(reader, slug) != others[slug]}
        assert changed == whose & set(others)
        others = {slug: pages for slug, pages in others.items() if slug not in whose}


def test_a_draft_of_a_pledge_is_saved_without_a_word(world: None) -> None:
    draft = Pledge.objects.get(period="2040")

    def save() -> None:
        draft.title = "Nytt namn"
        draft.save()
        a_pledge(draft.municipalities.all(), period="2041", signed=False, adopted=False)
        assert not ConsultationParty.objects.filter(period="2041").exists()

    # The builder covers the municipalities by their police area again, which changes nothing.
    assert moved_by(save) == set()


def test_the_last_hour_before_midnight_counts_what_is_seen_after_it() -> None:
    """A transaction that begins before midnight may be committed after it."""
    statements = [
        *trigger_statements("pledges_publishedaction", READABLE["pledges_publishedaction"])
    ]
    assert len(statements) == 4
    assert all("(now() + interval ''1 hour'')" in statement for statement in statements)
    assert by("SELECT 1 WHERE (now() + interval '1 hour') > now()") == set()


def test_the_public_reads_the_versions_and_writes_none(world: None) -> None:
    expected = versions()
    assert set(expected) == {"", "alvsbyn", "pitea", "boden"}
    with as_public():
        assert versions() == expected


@pytest.mark.django_db(transaction=True)
def test_writers_at_once_wait_for_nobody_and_each_is_seen_when_it_is_committed() -> None:
    """The one that began first and is committed last is seen as well."""
    place = a_municipality()
    read = [versions()]
    may_end = threading.Event()
    has_written = threading.Event()

    def write(name: str, waits: bool) -> None:
        with transaction.atomic():
            District.objects.create(municipality=place, name=name, position=1)
            if waits:
                has_written.set()
                assert may_end.wait(20)
        connection.close()

    with ThreadPoolExecutor(4) as threads:
        slow = threads.submit(write, "den långsamma", True)
        assert has_written.wait(20)
        read.append(versions())
        for number in range(3):
            threads.submit(write, f"nr {number}", False).result(timeout=20)
            read.append(versions())
        may_end.set()
        slow.result(timeout=20)
    read.append(versions())
    assert [before == after for before, after in pairwise(read)] == [True, *[False] * 4]
    # There are no more rows than there were writers at once.
    assert PublicChange.objects.filter(topic="alvsbyn").count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_who_write_to_the_same_municipalities_in_other_order_do_not_stop_each_other() -> None:
    places = [a_municipality(), a_municipality("Piteå")]
    both_have_begun = threading.Barrier(2, timeout=20)

    def write(order: list[Municipality]) -> None:
        with transaction.atomic():
            for place in order:
                District.objects.create(municipality=place, name=order[0].name, position=1)
                both_have_begun.wait()
        connection.close()

    with ThreadPoolExecutor(2) as threads:
        for written in [threads.submit(write, order) for order in (places, places[::-1])]:
            written.result(timeout=30)
    assert District.objects.count() == 4
