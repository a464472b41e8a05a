"""What is written in another language than the page's is marked there."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from dialogues.answers import rules as answer_rules
from dialogues.answers.rules import Answer
from dialogues.comments import rules as comment_rules
from dialogues.comments.rules import About, NewComment
from dialogues.models import Comment, Quote, Submission
from dialogues.thread import rules as thread_rules
from pledge_portal.accounts.models import Role
from pledges.models import Municipality, Pledge
from tests.builders import a_comment, a_dialogue, a_person, a_submission, a_theme
from tests.pages.conftest import Reader

pytestmark = pytest.mark.django_db

LIST = "/alvsbyn/2023-2025/kommentarer/"
THREAD = "/alvsbyn/2023-2025/fran-ord-till-handling/"


def lang_of(reader: Reader, address: str, words: str) -> str:
    """Return the lang of the element nearest around words on a page."""
    page = reader.get(address).content.decode()
    tags: list[str] = re.findall(rf"<(?:div|p) [^>]*>(?:<p>)?”?{words}", page)
    assert len(tags) == 1
    match = re.search(r' lang="(\w+)"', tags[0])
    return match[1] if match else ""


@pytest.mark.parametrize("language", ["sv", "en"])
def test_what_is_sent_is_in_the_language_of_its_form(
    place: Municipality, pledge: Pledge, language: str
) -> None:
    now = timezone.now()
    about = About(place, Pledge.objects.with_standing().get(pk=pledge.pk))
    with override(language):
        comment_rules.submit(about, NewComment("Words"), uuid4(), now)
        answer_rules.submit(a_dialogue(), Answer(text="Words"), uuid4(), now)
    assert Comment.objects.get().language == language
    assert Submission.objects.get().language == language


@pytest.mark.parametrize(("language", "on_pages"), [
    ("sv", ("", "sv")), ("en", ("en", "")), ("fi", ("fi", "fi")), ("ar", ("ar", "ar")),
])  # fmt: skip
def test_a_page_marks_what_is_in_another(
    reader: Reader, pledge: Pledge, language: str, on_pages: tuple[str, str]
) -> None:
    asked = a_comment(pledge, "Asked", language=language)
    a_comment(pledge, "Replied", language=language, parent=asked)
    theme = a_theme()
    submission = a_submission(a_dialogue(), "Quoted", may_quote=True)
    submission.dialogue.opens_on = submission.dialogue.closes_on = pledge.valid_from.replace(
        year=2022
    )
    submission.dialogue.save()
    thread_rules.quote(submission, theme, "Quoted", language)
    for words, address in (("Asked", LIST), ("Replied", LIST), ("Quoted", THREAD)):
        shown = tuple(lang_of(reader, prefix + address, words) for prefix in ("", "/en"))
        assert shown == on_pages, words


def test_staff_say_what_language_words_are_in(
    client: Client, reader: Reader, place: Municipality, pledge: Pledge
) -> None:
    comment = a_comment(pledge, "Hyvä lupaus", shown=False)
    client.force_login(a_person("samordnare@example.se", Role.COORDINATOR, place))
    address = f"/arbetsyta/granskning/{comment.uid}/"
    decision = {"read": comment.text, "awaited": "new", "shows": "1"}
    assert client.post(address, {**decision, "language": "xx"}).status_code == 422
    client.post(address, {**decision, "language": "fi"})
    assert lang_of(reader, LIST, "Hyvä lupaus") == "fi"
    answer = {"text": "Thank you", "language": "en", "party": "0"}
    client.post(f"/arbetsyta/kommentarer/{comment.uid}/", answer)
    assert lang_of(reader, LIST, "Thank you") == "en"
    submission = a_submission(a_dialogue(), "Lisää valoja", may_quote=True)
    quoting = f"/arbetsyta/dialoger/svar/{submission.uid}/citera/"
    quote = {"text": "Lisää valoja", "theme": a_theme().pk}
    client.post(quoting, {**quote, "language": "fit"})
    client.post(quoting, {**quote, "language": "fi"})
    assert (Quote.objects.get().language, Submission.objects.get().language) == ("fi", "fi")
    assert "selected>finska" in client.get(quoting).content.decode()
