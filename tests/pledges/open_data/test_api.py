"""The read API gives what is public, a page at a time, and nothing more."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pledge_portal.pages.csv_files import text_of_cell
from pledges.closings import rules as closing_rules
from pledges.closings.responsible import responsible_for
from pledges.models import Municipality
from pledges.open_data.paging import Question, later_than, rows_for
from pledges.open_data.resource import resources
from tests.builders import SIGNED_AT, a_follow_up, a_municipality, a_pledge, an_action
from tests.pledges.open_data.conftest import NAMES, Fetch

pytestmark = pytest.mark.django_db
_UUID = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}\Z")
# What would tell when something was typed in, or how many there are.
_TELLS = {"id", "pk", "uid", "created_at", "updated_at", "published_at", "signed_at", "added_on"}


# What the world has nothing of; it has a test of its own.
_NOTHING = {"closings"}


def test_every_resource_has_something_of_the_world(world: None, fetch: Fetch) -> None:
    for resource in resources():
        records = fetch(resource.name)["records"]
        assert bool(records) == (resource.name not in _NOTHING), resource.name
        for record in records:
            assert list(record) == [column.name for column in resource.columns]
            assert not _TELLS & set(record)
            for column in resource.columns:
                if column.choices and record[column.name] is not None:
                    assert record[column.name] in dict(column.choices), column.name


def test_pages_of_one_row_together_are_the_page_of_all(world: None, fetch: Fetch) -> None:
    for name in NAMES:
        records: list[Any] = []
        page = fetch(name, limit="1")
        while True:
            records += page["records"]
            if page["next"] is None:
                break
            asked = dict(parse_qsl(urlsplit(page["next"]).query))
            page = fetch(name, **asked)
        assert records == fetch(name, limit="1000")["records"]


def test_csv_and_workbooks_hold_what_json_does(world: None, fetch: Fetch) -> None:
    client = Client()
    for name in NAMES:
        records = fetch(name)["records"]
        text = client.get(f"/api/v1/{name}.csv").content.decode("utf-8-sig")
        headings, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=";")
        book = client.get(f"/api/v1/{name}.xlsx").content
        assert book == client.get(f"/api/v1/{name}.xlsx").content
        (names, *cells) = openpyxl.load_workbook(io.BytesIO(book)).active.values
        assert list(names) == headings
        assert len(rows) == len(cells) == len(records)
        for record, row, sheet_row in zip(records, rows, cells, strict=True):
            assert list(record) == headings
            for value, cell, sheet_cell in zip(record.values(), row, sheet_row, strict=True):
                _is_same(value, cell, sheet_cell)


def _is_same(value: Any, cell: str, sheet_cell: Any) -> None:
    """Hold a value of JSON against the cells of CSV and of a workbook."""
    match value:
        case None | []:
            assert cell == ""
            assert sheet_cell in {None, ""}
        case bool():
            assert (cell, sheet_cell) == (str(value).lower(), value)
        case int() | float():
            assert float(cell) == float(sheet_cell) == pytest.approx(value)
        case list():
            assert cell == sheet_cell == " | ".join(value)
        case str() if isinstance(sheet_cell, datetime):
            assert value.startswith(cell)
            assert value.startswith(sheet_cell.isoformat()[:10])
        case _:
            assert text_of_cell(cell) == value == sheet_cell


def test_texts_stay_as_they_are_written(fetch: Fetch) -> None:
    text = "=1+1"
    pledge = a_pledge(commitment={"kind": "other"})
    an_action(pledge.commitments.get(number=1), public_note=text)
    [record] = fetch("actions")["records"]
    assert record["note"] == text
    place = list(record).index("note")
    [_names, row] = csv.reader(
        io.StringIO(Client().get("/api/v1/actions.csv").content.decode()), delimiter=";"
    )
    assert row[place] == "'=1+1"
    book = openpyxl.load_workbook(io.BytesIO(Client().get("/api/v1/actions.xlsx").content))
    [_names, cells] = book.active.iter_rows()
    assert (cells[place].value, cells[place].data_type) == (text, "s")


def test_closed_time_is_told_with_who_said_so(fetch: Fetch) -> None:
    pledge = a_pledge(commitment={"kind": "other"})
    commitment = pledge.commitments.get(number=1)
    for responsible in responsible_for(commitment):
        at = datetime(2024, 2, 1, 12, tzinfo=UTC)
        closing_rules.close(
            commitment, date(2023, 1, 1), [responsible], pledge.police_area, by=None, at=at
        )
    [closing] = fetch("closings")["records"]
    assert (closing["first_day"], closing["last_day"]) == ("2023-01-01", "2023-12-31")
    assert closing["closed_on"] == "2024-02-01"
    assert (closing["closed_by_sv"], closing["closed_by_en"]) == ("Polisen", "the police")


def test_a_question_costs_the_same_for_one_row_and_for_many(world: None) -> None:
    on = timezone.localdate()
    for resource in resources():
        costs = []
        for limit in (1, 1000):
            rows = list(rows_for(resource, Question(), on)[:limit])
            with CaptureQueriesContext(
                connection,
            ) as queries:
                for item in resource.items(rows, on):
                    resource.record(item)
            costs.append(len(queries))
        # Some ask no further for a row that has nothing of a kind.
        assert costs[1] <= costs[0] + 6, (resource.name, costs)
        assert costs[1] <= 24, (resource.name, costs)


@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("actions", "published_by_municipality"),
        ("comments", "comments_by_municipality"),
        ("observations", "one_figure_of_a_period"),
    ],
)
def test_what_can_be_much_is_read_by_an_index(name: str, index: str, world: None) -> None:
    resource = next(resource for resource in resources() if resource.name == name)
    on = timezone.localdate()
    row = resource.rows(on).order_by(*(key.path for key in resource.order)).first()
    after = later_than(resource.order, [key.parse(key.of(row)) for key in resource.order])
    asked = Question(None if name == "observations" else Municipality.objects.get(code="2560"))
    with connection.cursor() as cursor:
        # Tables of a test are so small that PostgreSQL would rather read all of them.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        plan = rows_for(resource, asked, on).filter(after)[:100].explain()
    assert index in plan, plan
    assert "Sort" not in plan, plan


def test_a_municipality_and_days_are_chosen(fetch: Fetch) -> None:
    arvika = a_municipality("Arvika", "1784")
    mine = a_pledge()
    theirs = a_pledge(arvika)
    an_action(mine.commitments.get(number=1), done_on=date(2024, 4, 3))
    an_action(theirs.commitments.get(number=1), done_on=date(2025, 4, 3))
    assert [
        row["municipality_code"] for row in fetch("actions", municipality="1784")["records"]
    ] == ["1784"]
    days = [row["first_day"] for row in fetch("actions", **{"from": "2025-01-01"})["records"]]
    assert days == ["2025-01-01"]
    days = [row["first_day"] for row in fetch("actions", to="2024-12-31")["records"]]
    assert days == ["2024-01-01"]
    [pledge] = fetch("pledges", municipality="1784")["records"]
    assert pledge["pledge"] == str(theirs.uid)


@pytest.mark.parametrize(
    ("question", "parameter"),
    [
        ("municipality=25", "municipality"),
        ("municipality=9999", "municipality"),
        ("municipality=%D9%A2%D9%A5%D9%A6%D9%A0", "municipality"),
        ("from=2026-02-31", "from"),
        ("to=20260131", "to"),
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("cursor=x", "cursor"),
        ("cursor=WyJcdWQ4MDAiXQ", "cursor"),
        ("cursor=WyIxIiwiMiJd", "cursor"),
    ],
)
def test_a_bad_question_is_told_in_both_languages(question: str, parameter: str) -> None:
    response = Client().get(f"/api/v1/actions.json?{question}")
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"
    fault = json.loads(response.content)
    assert fault["parameter"] == parameter
    assert fault["detail"]
    assert fault["detail_en"]
    assert fault["detail"] != fault["detail_en"]
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_a_resource_without_days_refuses_them() -> None:
    response = Client().get("/api/v1/municipalities.json?from=2024-01-01")
    assert json.loads(response.content)["parameter"] == "from"


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("get", "/api/v1/finns-inte.json", 404),
        ("get", "/api/v2/", 404),
        ("post", "/api/v1/actions.json", 405),
        ("delete", "/api/v1/", 405),
    ],
)
def test_other_faults_are_problems_too(method: str, address: str, status: int) -> None:
    response = getattr(Client(enforce_csrf_checks=True), method)(address)
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"
    assert json.loads(response.content)["status"] == status
    assert not response.cookies


def test_answers_are_kept_and_sent_once(world: None, settings: Any) -> None:
    settings.PUBLIC_PAGES_MB = 4
    client = Client()
    address = "/api/v1/commitments.json?municipality=2560"
    first = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert first.status_code == 200
    assert first.headers["Content-Encoding"] == "gzip"
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert first.headers["Cache-Control"] == "public, no-cache"
    assert not first.cookies
    assert "Cookie" not in first.headers.get("Vary", "")
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.headers["Access-Control-Allow-Origin"] == "*"


def test_what_is_removed_is_gone_from_the_kept_answers(settings: Any) -> None:
    settings.PUBLIC_PAGES_MB = 4
    settings.PUBLIC_PAGE_CHECK_SECONDS = 0
    action = an_action(a_pledge().commitments.first(), public_note="En not som tas bort")
    client = Client()
    assert "En not som tas bort" in client.get("/api/v1/actions.json").content.decode()
    action.published.delete()
    assert json.loads(client.get("/api/v1/actions.json").content)["records"] == []


def test_both_voices_stand_beside_each_other(fetch: Fetch) -> None:
    pledge = a_pledge()
    a_follow_up(pledge, verdict="kept", reason="Vi gjorde det.")
    commitment = fetch("commitments")["records"][0]
    assert commitment["assessed_verdict"] == "kept"
    assert commitment["reported_verdict"]
    assert commitment["reported_sv"]
    assert commitment["reported_en"]
    assert "<" not in commitment["reported_en"]
    assessment = fetch("assessments")["records"][0]
    assert assessment["reason"] == "Vi gjorde det."


def test_nobodys_name_is_listed(world: None) -> None:
    client = Client()
    for name in NAMES:
        text = client.get(f"/api/v1/{name}.json?limit=1000").content.decode()
        assert "signatory_name" not in text
    comments = json.loads(client.get("/api/v1/comments.json").content)["records"]
    assert comments
    assert "name" not in comments[0]


def test_keys_are_those_of_pages(fetch: Fetch) -> None:
    pledge = a_pledge()
    record = fetch("pledges")["records"][0]
    assert _UUID.match(record["pledge"])
    assert record["address"].endswith("/alvsbyn/2023-2025/")
    assert record["pledge"] == str(pledge.uid)
    assert SIGNED_AT.isoformat() not in json.dumps(record)
