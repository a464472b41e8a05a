"""The log tells what happened, and nothing that anybody sent."""

from __future__ import annotations

import http.client
import json
import logging
import re
import socket
import time
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, transaction
from django.urls import get_resolver

from pledge_portal.accounts.models import User
from pledge_portal.operations.error_mail import ErrorMailHandler
from pledge_portal.operations.logs import JsonFormatter, TextFormatter, entry_of
from tests.operations.conftest import BY_PROXY, OperatedPortal
from tests.pages.test_addresses import routes

TOKEN = "hemligLank7Kx9"
QUERY = "hemligFraga8Qw2"
PERSON = "hemlig.person@example.se"
PASSWORD = "hemligtLosenord5Zt"
ADDRESS = "203.0.113.77"
PROGRAM = "hemligWebblasare3Rt"
HOST = "hemligvard6mn.example"
SECRETS = [TOKEN, QUERY, PERSON, "hemlig.person", PASSWORD, ADDRESS, PROGRAM, HOST]
HEADERS = BY_PROXY | {
    "Host": "localhost",
    "User-Agent": PROGRAM,
    "Referer": f"https://localhost/svar/{TOKEN}/",
    "X-Forwarded-For": ADDRESS,
    "Cookie": f"sessionid={TOKEN}",
    "X-Request-Id": TOKEN,
}
FORM = {"email": PERSON, "login": PERSON, "password": PASSWORD, "text": PERSON}


def ask(
    operated: OperatedPortal, method: str, path: str, headers: dict[str, str], body: str = ""
) -> http.client.HTTPResponse:
    """Send a request over HTTP, and read the answer."""
    connection = http.client.HTTPConnection(urlsplit(operated.url).netloc, timeout=60)
    more = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
    connection.request(method, path, body or None, headers | more)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


def send(operated: OperatedPortal, raw: bytes) -> bytes:
    """Send bytes that are no proper request, and return what is answered."""
    address = ("127.0.0.1", urlsplit(operated.url).port)
    with socket.create_connection(address, timeout=30) as connection:
        connection.sendall(raw)
        return connection.recv(65536)


def every_address() -> list[str]:
    """Return an address for each route, with secrets filled in."""
    filled = (re.sub(r"<[^>]+>", TOKEN, route) for route in routes(get_resolver().url_patterns))
    return sorted({"/" + re.sub(r"[\\^$]|\(.*\)", "", address) for address in filled})


def lines_for(operated: OperatedPortal, requests: set[str]) -> list[dict]:
    """Return the access log's lines, when these requests are among them."""
    deadline = time.monotonic() + 20
    while True:
        lines = [line for line in operated.entries() if line["logger"] == "pledge_portal.access"]
        if requests <= {line["request"] for line in lines}:
            return lines
        assert time.monotonic() < deadline
        time.sleep(0.1)


def assert_nothing_told(text: str) -> None:
    assert [secret for secret in SECRETS if secret.lower() in text.lower()] == []


def test_no_address_form_or_header_of_any_request_is_logged(operated: OperatedPortal) -> None:
    addresses = every_address()
    assert len(addresses) > 150
    assert f"/svar/{TOKEN}/" in addresses
    statuses = set()
    ids = []
    for address in addresses:
        for prefix in ("", "/en"):
            answer = ask(operated, "GET", f"{prefix}{address}?namn={QUERY}", HEADERS)
            statuses.add(answer.status)
            ids.append(answer.headers["X-Request-Id"])
        answer = ask(operated, "POST", f"{address}?namn={QUERY}", HEADERS, urlencode(FORM))
        statuses.add(answer.status)
        ids.append(answer.headers["X-Request-Id"])
    assert {200, 302, 403, 404} <= statuses
    assert TOKEN not in ids
    assert len(set(ids)) == len(ids)
    lines = lines_for(operated, set(ids))
    known = {"time", "level", "event", "logger", "request", "method", "route"}
    for line in lines:
        assert set(line) == known | {"status", "ms", "bytes"}
    assert "/svar/<str:secret>/" in {line["route"] for line in lines}
    assert "/en/svar/<str:secret>/" in {line["route"] for line in lines}
    assert_nothing_told(operated.log.read_text(encoding="utf-8"))


def test_requests_that_are_refused_are_told_without_what_they_said(
    operated: OperatedPortal,
) -> None:
    many = "&".join(f"{PERSON}{number}=1" for number in range(1100))
    refused = [
        ask(operated, "GET", f"/svar/{TOKEN}/", HEADERS | {"Host": HOST}),
        ask(operated, "GET", f"/{TOKEN}%00/", HEADERS),
        ask(operated, "POST", "/verifiera/", HEADERS, many),
        ask(operated, "POST", "/logga-in/", HEADERS | {"Origin": f"https://{HOST}"}, f"a={PERSON}"),
        ask(operated, TOKEN, f"/svar/{TOKEN}/", HEADERS),
    ]
    assert {answer.status for answer in refused} <= {400, 403, 404, 405}
    assert refused[0].status == 400
    for raw in (
        f"GET /svar/{TOKEN}/ {PERSON}\r\n\r\n",
        f"GET /svar/{TOKEN}/ HTTP/1.1\r\nHost: localhost\r\n{TOKEN} x: {PERSON}\r\n\r\n",
        f"GET /svar/{TOKEN}/?{QUERY * 400} HTTP/1.1\r\nHost: localhost\r\n\r\n",
        f"GET /svar/{TOKEN}/ HTTP/1.1\r\nHost: localhost\r\nX: {PERSON * 900}\r\n\r\n",
        f"POST /svar/{TOKEN}/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: {TOKEN}\r\n\r\n",
    ):
        assert send(operated, raw.encode()).startswith(b"HTTP/1.1 4")
    refusals = [line for line in operated.entries() if line["logger"] == "gunicorn.error"]
    assert len([line for line in refusals if line["level"] == "warning"]) >= 5
    assert_nothing_told(operated.log.read_text(encoding="utf-8"))


def test_faults_are_told_by_type_and_place_in_the_log_and_by_letter(
    operated: OperatedPortal,
) -> None:
    login = ask(operated, "GET", "/logga-in/", HEADERS)
    token = SimpleCookie(login.headers["Set-Cookie"])["csrftoken"].value
    cookies = {"Cookie": f"csrftoken={token}", "Referer": "https://localhost/logga-in/"}
    with operated.connect() as database:
        # PostgreSQL quotes the statement, with the address that was typed, in its complaint.
        database.execute("ALTER TABLE accounts_user RENAME COLUMN email TO gone")
        database.execute("ALTER TABLE dialogues_submission RENAME TO gone")
        try:
            failed = [
                ask(operated, "GET", f"/svar/{TOKEN}/?namn={QUERY}", HEADERS),
                ask(
                    operated,
                    "POST",
                    f"/logga-in/?namn={QUERY}",
                    HEADERS | cookies,
                    urlencode(FORM | {"csrfmiddlewaretoken": token}),
                ),
            ]
        finally:
            database.execute("ALTER TABLE gone RENAME TO dialogues_submission")
            database.execute("ALTER TABLE accounts_user RENAME COLUMN gone TO email")
    assert [answer.status for answer in failed] == [500, 500]
    ids = [answer.headers["X-Request-Id"] for answer in failed]
    faults = [entry for entry in operated.entries() if entry["level"] == "error"]
    answered, logging_in = (
        next(fault for fault in faults if fault.get("request") == request) for request in ids
    )
    assert answered["route"] == "/svar/<str:secret>/"
    assert logging_in["route"] == "/logga-in/"
    for fault in (answered, logging_in):
        assert fault["event"] == "django.request"
        assert fault["errors"][0]["type"] == "django.db.utils.ProgrammingError"
        assert fault["errors"][0]["detail"] in {"42P01", "42703"}
    assert any("dialogues/" in place for place in answered["errors"][0]["at"])
    deadline = time.monotonic() + 20
    while not all(request in letters(operated) for request in ids):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert "django.db.utils.ProgrammingError: 42P01" in letters(operated)
    assert_nothing_told(letters(operated))
    assert operated.environment["SITE_URL"] in letters(operated)
    assert_nothing_told(operated.log.read_text(encoding="utf-8"))


def letters(operated: OperatedPortal) -> str:
    """Return all letters that were sent, one after the other."""
    files = operated.letters.glob("*") if operated.letters.exists() else []
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def test_an_id_that_the_proxy_gave_goes_through_the_log(operated: OperatedPortal) -> None:
    for given in ("0123456789abcdef0123456789abcdef", "01234567-89ab-cdef-0123-456789abcdef"):
        answer = ask(operated, "GET", "/om/", HEADERS | {"X-Request-Id": given})
        assert answer.headers["X-Request-Id"] == given
        assert lines_for(operated, {given})


def record_of(
    logger: str, message: str, *args: object, error: BaseException | None = None, **extra: object
) -> logging.LogRecord:
    """Return a record as it is made by logging."""
    information = (type(error), error, error.__traceback__) if error else None
    return logging.getLogger(logger).makeRecord(
        logger, logging.ERROR, __file__, 1, message, args, information, extra=extra
    )


def test_our_own_lines_have_their_event_and_fields() -> None:
    entry = entry_of(record_of("pledges.documents", "document.lost", pledge=3, sha256="ab"))
    assert (entry["event"], entry["pledge"], entry["sha256"]) == ("document.lost", 3, "ab")
    assert "at" not in entry


@pytest.mark.parametrize(
    ("logger", "message", "args", "event"),
    [
        ("library", f"Refused {PERSON}", (), "library"),
        ("library", "Refused %s at %s", (PERSON, TOKEN), "Refused %s at %s"),
        ("django.request", "%s: %s", ("Not Found", f"/svar/{TOKEN}/"), "django.request"),
        ("gunicorn.error", f"Invalid request from ip={ADDRESS}", (), "gunicorn.error"),
    ],
)
def test_of_other_lines_only_what_stands_in_the_code(
    logger: str, message: str, args: tuple[str, ...], event: str
) -> None:
    record = record_of(logger, message, *args, request=PERSON)
    assert entry_of(record)["event"] == event
    assert entry_of(record)["at"].startswith("tests/operations/test_logs.py:1 ")
    for formatter in (JsonFormatter(), TextFormatter()):
        assert_nothing_told(formatter.format(record))


def test_what_is_told_of_processes_is_told_whole() -> None:
    record = record_of("gunicorn.error", "Worker (pid:%s) was sent %s!\n%s", 7, "SIGKILL", PERSON)
    record.module = "arbiter"
    assert entry_of(record)["event"] == "Worker (pid:7) was sent SIGKILL!"


@pytest.mark.django_db
def test_an_exception_is_told_with_what_led_to_it_and_without_its_text() -> None:
    User.objects.create(email=PERSON)
    with pytest.raises(IntegrityError, match=PERSON) as failed, transaction.atomic():
        User.objects.create(email=PERSON)
    record = record_of("pledges", "failed", error=failed.value)
    errors = entry_of(record)["errors"]
    for formatter in (JsonFormatter(), TextFormatter()):
        assert_nothing_told(formatter.format(record))
    assert [error["type"] for error in errors] == [
        "django.db.utils.IntegrityError",
        "psycopg.errors.UniqueViolation",
    ]
    assert errors[0]["detail"].startswith("23505 accounts_user ")
    assert any("tests/operations/test_logs.py" in place for place in errors[0]["at"])


def test_what_speaks_of_settings_and_files_is_told() -> None:
    def logged_fields(error: BaseException) -> dict:
        return entry_of(record_of("pledges", "failed", error=error))["errors"][0]

    assert logged_fields(ImproperlyConfigured("PORT saknas."))["detail"] == "PORT saknas."
    refused = logged_fields(ConnectionRefusedError(111, "Connection refused", PERSON))
    assert refused["detail"] == "Connection refused"
    assert "detail" not in logged_fields(ValueError(PERSON))
    assert "detail" not in logged_fields(AttributeError(PERSON))


def test_a_line_is_one_line_whatever_it_holds() -> None:
    entry = json.loads(JsonFormatter().format(record_of("pledges", "a", field="x\ny")))
    assert entry["field"] == "x\ny"
    assert TextFormatter().format(record_of("pledges", "a", field="x\ny")).count("\n") == 0


def test_a_fault_that_comes_again_gets_no_new_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    monkeypatch.setattr(
        "pledge_portal.operations.error_mail.send_mail",
        lambda _subject, text, *_to, **_options: sent.append(text),
    )
    handler = ErrorMailHandler()

    def fail(event: str) -> None:
        try:
            raise RuntimeError(PERSON)
        except RuntimeError as fault:
            handler.emit(record_of("pledges", event, error=fault))

    for event in ("first", "first", "second", "first"):
        fail(event)
    deadline = time.monotonic() + 10
    while len(sent) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert sorted(text.split()[2] for text in sent) == ["first", "second"]
    assert_nothing_told("".join(sent))
