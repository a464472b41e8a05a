"""What strangers send to the open forms: scripts, odd signs, and whatever comes to mind."""

from __future__ import annotations

import random
from urllib.parse import urlsplit
from uuid import uuid4

import lxml.html
import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from dialogues import submitting
from dialogues.models import Dialogue, Submission
from dialogues.submitting import Answer
from pledge_portal.accounts.models import Role
from pledge_portal.pages.plain_text import cleaned
from tests.attacks.payloads import payloads
from tests.builders import a_dialogue, a_person
from tests.dialogues.open_form import fetched

pytestmark = pytest.mark.django_db

FORM = "/alvsbyn/dialoger/1/svara/"
GENERATED = 1000


@pytest.fixture(autouse=True)
def _anything_goes(settings: Settings) -> None:
    settings.PUBLIC_PAGES_KEPT = 0
    settings.OPEN_FORMS_PER_HOUR = settings.OPEN_FORMS_WITHOUT_SCRIPT = 10**9
    cache.clear()


def runs_nothing(content: bytes) -> None:
    """No element of the page runs, loads or leads to anything but the portal's own."""
    for element in lxml.html.document_fromstring(content).iter():
        assert element.tag not in {"iframe", "object", "embed", "base", "style", "math", "template"}
        if element.tag == "script":
            assert urlsplit(element.get("src", "x:")).path.startswith("/static/")
            assert not (element.text or "").strip()
        for name, value in element.attrib.items():
            assert not name.startswith("on"), value
            if name.endswith("href") or name in {"src", "action", "formaction"}:
                assert urlsplit(value.strip()).scheme in {"", "http", "https", "tel", "data"}, value
                assert "x.example" not in value
                assert not value.startswith("data:text")


def test_there_are_enough_of_them() -> None:
    assert len(payloads()) >= 200


def test_no_script_in_an_answer_runs_anywhere(client: Client) -> None:
    dialogue = a_dialogue()
    place = dialogue.municipality
    sent = fetched(client, FORM, works=False)
    for number, payload in enumerate(payloads()):
        said = {"text": payload, "name": payload, "phone": payload, "texts_are_fine": "on"}
        faulty = client.post(FORM, {**sent, **said, "email": payload, "group": payload})
        assert faulty.status_code == 422
        runs_nothing(faulty.content)
        answer = Answer(text=f"{cleaned(payload)} {number}", name=cleaned(payload)[:120], phone="0")
        secret = submitting.submit(dialogue, answer, uuid4(), timezone.now())
        runs_nothing(client.get(f"/svar/{secret}/").content)
        runs_nothing(client.get(f"/svar/{secret}/andra/").content)
    client.force_login(a_person(role=Role.EDITOR, place=place))
    for page in range(1, Submission.objects.count() // 50 + 2):
        runs_nothing(client.get(f"/arbetsyta/dialoger/{dialogue.pk}/svar/?sida={page}").content)


def test_no_script_that_staff_were_made_to_paste_runs_in_public(client: Client) -> None:
    a_dialogue()
    for payload in payloads():
        text = payload.replace("\x00", "")
        Dialogue.objects.update(
            title_sv=text[:120], question_sv=text, audience_sv=text[:160], place=text[:200]
        )
        for address in ("/alvsbyn/dialoger/1/", "/alvsbyn/dialoger/", FORM):
            runs_nothing(client.get(address).content)


def test_nothing_that_is_sent_breaks_the_portal(client: Client) -> None:
    a_dialogue()
    draw = random.Random(4)  # noqa: S311  (the same each time)
    sent = fetched(client, FORM)
    dialogue = Dialogue.objects.get()
    secret = submitting.submit(dialogue, Answer(text="Fler lampor"), uuid4(), timezone.now())
    forms = [FORM, f"/en{FORM}", f"/svar/{secret}/andra/"]
    names = [*sent, "text", "first", "second", "also", "group", "district", "email", "name", "x"]
    for _number in range(GENERATED):
        kept = draw.sample(names, draw.randint(0, len(names)))
        said = {name: sent.get(name, "") for name in kept}
        said |= {name: _anything(draw) for name in draw.sample(names, draw.randint(1, 5))}
        body = {"content_type": "text/plain"} if draw.random() < 0.05 else {}
        response = client.post(draw.choice(forms), said, **body)
        assert response.status_code in {200, 302, 400, 403, 413, 415, 422, 429}, said


_PIECES = [
    "a", "Å", "\x00", "\r\n", "\u202e", "\U0001f600", "\u0301" * 50, "0" * 5000, "-1", "1e9",
    "99999999999999999999", "null", "[]", "'; DROP TABLE x;--", "../../etc/passwd", "%s%n",
    "{{7*7}}", "\ufffe", "\U000e0041", "=1+1", "Bcc: a@b.se", "<b>",
]  # fmt: skip


def _anything(draw: random.Random) -> str:
    return "".join(draw.choice(_PIECES) for _ in range(draw.randint(0, 6)))


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("a\x00b\x07c", "abc"),
        ("säg \u202egnäv\u202c", "säg gnäv"),
        ("e\u0301", "é"),
        ("x" + "\u0301\u0302\u0303\u0304\u0305\u0306", "x\u0301\u0302\u0303"),
        ("rad\r\nrad\r\r\r\rslut", "rad\nrad\n\nslut"),
        ("a\u200bb\ufeff", "ab"),
        ("\U0001f468\u200d\U0001f469", "\U0001f468\u200d\U0001f469"),
        ("  \n ", ""),
    ],
)
def test_text_is_freed_of_what_is_no_writing(written: str, kept: str) -> None:
    assert cleaned(written) == kept
    assert cleaned(kept) == kept
