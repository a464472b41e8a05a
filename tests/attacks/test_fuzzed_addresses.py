"""Whatever is sent to any address, nothing breaks.

And nothing secret comes back, whoever sends it. Every address of the portal is asked for by
everybody of the table of addresses (logged out, each role of the place and of another one, the
operator): with its own forms filled in with odd things, hostile queries, headers, cookies and
bodies. Each request is taken back once it is answered.
"""

from __future__ import annotations

import json
import os
import random
import re
import traceback
from collections.abc import Iterator
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import quote, quote_from_bytes
from zlib import crc32

import lxml.html
import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client

from pledges.models import CompletedAction, InternalNote, Pledge
from tests.accounts.test_every_address import (  # noqa: F401  (fixtures)
    ADMINISTRATION,
    NOBODY,
    TABLE,
    Visitor,
    _quiet,
    addresses,
    filled_in,
    world,
)
from tests.attacks.payloads import payloads
from tests.builders import a_pledge, an_action

pytestmark = pytest.mark.django_db

# GENERATED_REQUESTS=100000 asks for as many as an evening has room for; SEED for others.
GENERATED = int(os.environ.get("GENERATED_REQUESTS", "150"))
SEED = int(os.environ.get("SEED", "14"))
SECRET = "HEMLIGT-4711"
ELSEWHERE = "evil.example"


def _words(text: str) -> list[str]:
    return text.split()


# Texts as bytes, since a request can hold what no text does: halves of signs, no UTF-8.
_TEXTS = [
    text.encode()
    for text in (
        *("", " ", "a", "Å", "\x00", "a\x00b", "\r\n", "\u202e", "\U0001f600", "\u0301" * 50),
        *("-1", "0", "1", "2", "3", "1e9", "1e400", "-0", "NaN", "Infinity", "1,5", "1.5", "1_000"),
        *("\u0663", "\u00b2", "\U0001d7d9", " 1 ", "9" * 20, "9" * 4400, "2147483648"),
        *("9223372036854775808", "-9223372036854775809", "0x10", "1/2", "٫5"),
        *(
            "2026-02-31",
            "9999-12-31",
            "0001-01-01",
            "10000-01-01",
            "2026-11-30",
            "2026-11-30T25:00",
        ),
        *("2026-11-30T10:00", "2026-W49", "20261130", "24:00", "kl 8"),
        *("on", "true", "null", "[]", "[1,2]", '{"a":[1]}', "None", "undefined"),
        *("00000000-0000-0000-0000-000000000000", "6d1f4bfa-3c5b-4f0e-9d8a-52f6a1c0d2b7"),
        *("' OR 1=1 --", "\\", "%", "%s%n", "{{7*7}}", "{0}", "$1", "../../etc/passwd", "*", "("),
        *("http://[::1", "https://" + ELSEWHERE, "//" + ELSEWHERE, "/\\" + ELSEWHERE, "mailto:x"),
        *("a@b.se", "a@b", "Bcc: a@b.se\nX: y", "121212-1212", "070-123 45 67", "ABC 123"),
        *(
            "İ",
            "ß",
            "ﬁ",
            "\ufeff",
            "\ufffe",
            "\U000e0041",
            "=1+1",
            "a;b;c",
            '"',
            "a\tb",
            "Namn; Name",
        ),
        *("alvsbyn", "arvika", "2023-2025", "2560", "uppgifter", "atagande-1", "avsnitt-0"),
        *("a" * 300, "a" * 30_000, "ö\n" * 3_000, "[" * 1_000, "> " * 500, "**a" * 400),
    )
] + [b"\xed\xa0\x80", b"\xff\xfe", b"a\x80b", b"\xc0\xaf", b"\xf8\x88\x80\x80\x80"]
_QUERY = _words("""
    atagande uppfoljning svar invandning efter fore visa ordning q sida slag from fran till next ny
    kommun lofte period plats visa ar arskurs kon tema e p o all _popup _to_field
    _changelist_filters id id__exact pk name__icontains term app_label model_name field_name
    inriktning oppna igen typed_by forhandsgranska publicera format lang code state token key part
    version number base
""")
_NAMES = _words("""
    text text_sv text_en title_sv first second also group district email name reason
    texts_are_fine may_quote phone fil file typed_by base version part kommun lofte number
    csrfmiddlewaretoken next password login code read done_on amount unit first_day last_day action
    _selected_action index select_across igen forhandsgranska publicera skal ord beslut
    still_right_en remark quoted oppna
""")
_HEADERS: dict[str, list[str]] = {
    "HTTP_HOST": [
        ELSEWHERE,
        "",
        "a b",
        "[::1",
        "testserver:99999",
        "testserver.",
        "é.se",
        "x" * 300,
    ],
    "HTTP_ORIGIN": ["null", f"https://{ELSEWHERE}", "http://[::1", "\x00", "https://testserver"],
    "HTTP_REFERER": [f"https://{ELSEWHERE}/", "http://[", "\u00e5", "/", "x" * 9000],
    "HTTP_ACCEPT_LANGUAGE": [
        "en",
        "sv;q=x",
        "*",
        "e" * 5000,
        "en,",
        ";;;",
        "sv_SE",
        "\x00",
        "zh-hans",
    ],
    "HTTP_ACCEPT": ["application/json", "*/*;q=nan", "", "text/html;level=" + "1" * 900],
    "HTTP_ACCEPT_ENCODING": ["gzip, br;q=2", "identity;q=0", "\x00", "*"],
    "HTTP_X_FORWARDED_FOR": ["1.2.3.4", "::1, x", "'", "9" * 2000, "\x00", "1.2.3.4:80, 5.6.7.8"],
    "HTTP_X_FORWARDED_HOST": [ELSEWHERE, "a,b", "[", ""],
    "HTTP_X_FORWARDED_PROTO": ["https", "http", "x", "https,http"],
    "HTTP_X_FORWARDED_PORT": ["0", "99999", "x"],
    "HTTP_X_SCRIPT_NAME": ["/x", f"//{ELSEWHERE}"],
    "HTTP_FORWARDED": ["for=[::1]:x;proto=https", ";;"],
    "HTTP_X_REAL_IP": ["x", "::", "1.2.3.4"],
    "HTTP_IF_NONE_MATCH": ["*", '"x"', 'W/"', "x" * 5000, '"' * 50],
    "HTTP_IF_MODIFIED_SINCE": [
        "Mon, 31 Feb 2026 00:00:00 GMT",
        "0",
        "Thu, 01 Jan 99999 00:00:00 GMT",
    ],
    "HTTP_RANGE": ["bytes=0-", "bytes=-1", "bytes=9-1", "bytes=x", "bytes=0-0,5-6,99999999999-"],
    "HTTP_IF_RANGE": ['"x"', "x"],
    "HTTP_HX_REQUEST": ["true", "x"],
    "HTTP_HX_CURRENT_URL": ["http://[", "\u00e5", f"https://{ELSEWHERE}"],
    "HTTP_SEC_FETCH_SITE": ["cross-site", "same-origin", "none", "x"],
    "HTTP_SEC_FETCH_MODE": ["navigate", "x"],
    "HTTP_X_REQUESTED_WITH": ["XMLHttpRequest", "\x00"],
    "HTTP_USER_AGENT": ["", "\x00", "x" * 10_000, "\u00e5"],
    "HTTP_AUTHORIZATION": ["Basic !!!", "Bearer " + "x" * 4000, "Digest"],
    "HTTP_X_HTTP_METHOD_OVERRIDE": ["DELETE"],
    "HTTP_COOKIE": [
        *("sessionid=x", "a=b;;=", 'a="', "django_language=xx", "messages=x", "csrftoken=\x00"),
        *("messages=W1siX19qc29uX21lc3NhZ2UiLDBd:x:y", "sessionid=" + "x" * 5000, "\u00e5=\u00e5"),
    ],
    "REMOTE_ADDR": ["", "x", "::1", "1.2.3.4", "fe80::1%eth0"],
}
_CONTENT_TYPES = [
    *("text/plain", "application/json", "application/x-www-form-urlencoded; charset=utf-16"),
    *("multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=é"),
    *("application/x-www-form-urlencoded; charset=klingon", "", "x", "text/html; charset='"),
]
_PARTS = re.compile(r"<[^>]*>")
# Each examines a file in a process of its own.
_COSTLY = ("verifiera/",)


class Fuzzer:
    """Draws requests, and keeps the forms that each visitor is shown."""

    def __init__(self, visitors: list[Visitor], parts: dict[str, str], draw: random.Random) -> None:
        self.visitors, self.parts, self.draw = visitors, parts, draw
        self.scripts = [payload.encode() for payload in payloads()]
        admin = [address for address in addresses() if address.startswith(ADMINISTRATION)]
        self.addresses = [address for address in TABLE if address not in _COSTLY]
        self.administration = [_without_patterns(address) for address in admin]
        self._forms: dict[tuple[str, str], list[list[tuple[str, str]]]] = {}

    def text(self) -> bytes:
        """Return a hostile text."""
        draw = self.draw
        if draw.random() < 0.1:
            return draw.choice(self.scripts)
        return b"".join(draw.choice(_TEXTS) for _ in range(draw.choice((1, 1, 1, 2, 3))))

    def address(self) -> tuple[Visitor, str, str]:
        """Return who asks, how, and for which address as the table writes it."""
        draw = self.draw
        visitor, lot = draw.choice(self.visitors), draw.random()
        if lot < 0.1:
            return visitor, draw.choice(("GET", "POST")), draw.choice(self.administration)
        address = draw.choice(_COSTLY if lot < 0.105 else self.addresses)
        get, post = TABLE[address]
        method = draw.choice(("GET", "POST")) if NOBODY not in {get, post} else "GET"
        if get == NOBODY or draw.random() < 0.05:
            method = "POST"
        who = post if method == "POST" else get
        # Most of those who ask may, or nothing would come further than the door.
        if draw.random() < 0.6:
            visitor = draw.choice([one for one in self.visitors if one.reaches(who)] or [visitor])
        if draw.random() < 0.05:
            method = draw.choice(("HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "X"))
        return visitor, method, address

    def path(self, address: str) -> str:
        """Return an address with its parts filled in, mostly of what there is."""
        draw = self.draw
        if draw.random() < 0.12:
            text = quote_from_bytes(self.text()[:200], safe="") or "x"
            address = _PARTS.sub(lambda _part: text, address, count=1)
        path = filled_in(address, self.parts)
        if draw.random() < 0.05:
            path = path.replace("/alvsbyn/", "/arvika/")
        if draw.random() < 0.02:
            path = path.rstrip("/").upper()
        is_public = not path.startswith("/arbetsyta/")
        return f"/en{path}" if is_public and draw.random() < 0.3 else path

    def query(self) -> str:
        """Return a query, empty more often than not."""
        if self.draw.random() < 0.6:
            return ""
        names = self.draw.choices(_QUERY, k=self.draw.choice((1, 1, 2, 4)))
        pairs = [f"{name}={quote_from_bytes(self.text()[:2000])}" for name in names]
        return "?" + self.draw.choice(("&", "&", "&", ";", "&&")).join(pairs)

    def headers(self) -> dict[str, str]:
        """Return some odd headers, none more often than not."""
        if self.draw.random() < 0.6:
            return {}
        names = self.draw.sample(list(_HEADERS), self.draw.choice((1, 1, 2, 3)))
        return {name: self.draw.choice(_HEADERS[name]) for name in names}

    def body(self, visitor: Visitor, path: str) -> tuple[bytes, str]:
        """Return a body and its type: mostly a form of the page, changed."""
        draw = self.draw
        lot = draw.random()
        if lot < 0.05:
            kind = draw.choice(_CONTENT_TYPES)
            return draw.choice((self.text(), json.dumps([1, {"a": None}]).encode(), b"{")), kind
        forms = self.forms(visitor, path)
        fields = list(draw.choice(forms)) if forms and draw.random() < 0.85 else []
        pairs: list[tuple[bytes, bytes]] = [(n.encode(), v.encode()) for n, v in fields]
        for _change in range(draw.choice((0, 1, 1, 2, 3, 6))):
            names = [name for name, _value in pairs] or [b"text"]
            name = draw.choice(names) if draw.random() < 0.7 else draw.choice(_NAMES).encode()
            if draw.random() < 0.85:
                pairs = [pair for pair in pairs if pair[0] != name]
            pairs += [(name, self.text())] * draw.choice((1, 1, 1, 2))
        if lot < 0.06:
            pairs += [(b"x", b"")] * 2_000
        if draw.random() < 0.3:
            return self._multipart(pairs)
        body = b"&".join(_quoted(name) + b"=" + _quoted(value) for name, value in pairs)
        return body, "application/x-www-form-urlencoded"

    def _multipart(self, pairs: list[tuple[bytes, bytes]]) -> tuple[bytes, str]:
        """Return the fields as parts, some of them as files."""
        draw, lines = self.draw, []
        for name, value in pairs:
            escaped = name.replace(b'"', b"%22")
            file = b'; filename="' + draw.choice((b"a.csv", b"a.pdf", b"", b"../x", b"\xff", b"a"))
            is_file = draw.random() < 0.15 or name in {b"fil", b"file"}
            shown = file + b'"\r\nContent-Type: text/csv' if is_file else b""
            lines += [
                b"--grans",
                b'Content-Disposition: form-data; name="' + escaped + b'"' + shown,
            ]
            lines += [b"", value]
        lines += [draw.choice((b"--grans--", b"--grans--", b"--grans", b""))]
        return b"\r\n".join(lines), "multipart/form-data; boundary=grans"

    def forms(self, visitor: Visitor, path: str) -> list[list[tuple[str, str]]]:
        """Return the forms of a page as the visitor is shown them."""
        key = (visitor.name, path)
        if key not in self._forms:
            self._forms[key] = list(self._read_forms(visitor, path)) if "%" not in path else []
        return self._forms[key]

    def _read_forms(self, visitor: Visitor, path: str) -> Iterator[list[tuple[str, str]]]:
        page = visitor.ask("GET", path)
        if not page.headers.get("Content-Type", "").startswith("text/html") or not page.content:
            return
        for form in lxml.html.document_fromstring(page.content).forms:
            if form.method == "POST":
                yield list(form.form_values())

    def request(self) -> tuple[Visitor, str, str, dict[str, Any]]:
        """Return who asks, how, for what and with what."""
        visitor, method, address = self.address()
        path = self.path(address)
        options: dict[str, Any] = self.headers()
        if method in {"POST", "PUT"}:
            options["data"], options["content_type"] = self.body(visitor, path)
        return visitor, method, path + self.query(), options


def _without_patterns(address: str) -> str:
    address = re.sub(r"\(\?P<app_label>[^)]*\)", "pledges", address)
    return address.replace("(?P<url>.*)$", "x").rstrip("$").replace("^", "")


def _quoted(text: bytes) -> bytes:
    return quote(text).encode()


def _rows_written() -> int:
    """Return how many rows this transaction wrote, but for logins and limits."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)"
            " FROM pg_stat_xact_user_tables WHERE relname !~ '^(django_session|accounts_attempts|"
            "axes_|usersessions_|account_|accounts_|pages_|procrastinate_)'"
        )
        return int(cursor.fetchone()[0])


@pytest.fixture
def secrets(world: tuple[list[Visitor], dict[str, str]]) -> None:  # noqa: F811
    """Put secret words where nobody of another place may read them."""
    pledge = Pledge.objects.get(period="2023-2025")
    action = CompletedAction.objects.filter(commitment__pledge=pledge)[0]
    InternalNote.objects.create(action=action, police_area=pledge.police_area, text=SECRET)
    an_action(action.commitment, public_note=SECRET, is_public=False)
    here = pledge.municipalities.get()
    a_pledge(here, signed=False, period="2040-2042", title=SECRET, commitment={"text": SECRET})


def test_nothing_that_is_sent_to_any_address_breaks_the_portal(
    world: tuple[list[Visitor], dict[str, str]],  # noqa: F811
    secrets: None,
) -> None:
    visitors, parts = world
    fuzzer = Fuzzer(visitors, parts, random.Random(SEED))  # noqa: S311  (the same each time)
    wrong: dict[str, str] = {}
    statuses: dict[int, int] = {}
    for number in range(GENERATED):
        shown = path = f"request {number}"
        try:
            visitor, method, path, options = fuzzer.request()
            shown += f", {visitor.name}: {method} {path[:300]!r} {repr(options)[:900]}"
            may_know = visitor.is_here or visitor.is_operator
            with transaction.atomic():
                counts = method == "POST" and not number % 5
                before = _rows_written() if counts else 0
                response = _sent(visitor, method, path, options)
                # What the database would refuse when it is committed is refused now.
                connection.check_constraints()
                refused = response.status_code in {400, 403, 404, 405, 422}
                if counts and refused and _rows_written() != before:
                    wrong.setdefault(f"{response.status_code} wrote rows, {path[:80]}", shown)
                transaction.set_rollback(True)
        except Exception as error:  # noqa: BLE001  (whatever it is, it is told below)
            where = traceback.extract_tb(error.__traceback__)
            own = [frame for frame in where if "/.venv/" not in frame.filename][-1]
            place = f"{type(error).__name__} {own.filename}:{own.lineno}"
            wrong.setdefault(place, f"{str(error)[:200]!r} {shown}")
            continue
        statuses[response.status_code] = statuses.get(response.status_code, 0) + 1
        is_busy = response.status_code == 503 and "Retry-After" in response.headers
        if response.status_code >= 500 and not is_busy:
            wrong.setdefault(f"{response.status_code} {path[:80]}", shown)
        if ELSEWHERE in response.headers.get("Location", "").partition("?")[0]:
            wrong.setdefault(f"leads away from {path[:80]}", shown)
        if not may_know and not response.streaming and SECRET.encode() in response.content:
            wrong.setdefault(f"tells a secret at {path[:80]}", shown)
    assert not wrong, f"{statuses}\n" + "\n\n".join(f"{k}\n  {v}" for k, v in wrong.items())
    assert statuses[200] > GENERATED / 10, statuses
    assert sum(statuses.get(status, 0) for status in (302, 422)) > GENERATED / 20, statuses


def _sent(visitor: Visitor, method: str, path: str, options: dict[str, Any]) -> HttpResponse:
    client = Client(enforce_csrf_checks=crc32(path.encode()) % 20 == 0)
    if "HTTP_COOKIE" not in options:
        client.cookies = SimpleCookie(visitor.cookies.output(header="", sep=";"))
    response: Any = client.generic(method, path, **options)
    return response
