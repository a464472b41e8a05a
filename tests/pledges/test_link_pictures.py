"""Pictures beside shared links say what the page says, and nothing older."""

from __future__ import annotations

import html
import io
import re
from datetime import date

import pytest
from django.db import connection
from django.utils import timezone
from PIL import Image
from procrastinate.contrib.django.models import ProcrastinateJob

from pledge_portal.database.acting import as_owner, as_public
from pledges import lifecycle
from pledges.documents.picture import take_picture
from pledges.link_pictures import drawing
from pledges.link_pictures.drawing import draw
from pledges.link_pictures.lookup import texts_of
from pledges.link_pictures.store import renew_changed_link_pictures
from pledges.link_pictures.text import Line, LinkText
from pledges.models import CompletedAction, LinkPicture, Municipality, Pledge
from pledges.pictures.rules import keep_mark
from tests.builders import a_follow_up, a_mark, a_municipality, a_pledge, an_action
from tests.jobs import run_jobs
from tests.pages.conftest import Reader

pytestmark = pytest.mark.django_db

PLEDGE, COMMITMENT = "/alvsbyn/2023-2025/", "/alvsbyn/2023-2025/ataganden/1/"


def head_of(reader: Reader, page: str) -> dict[str, str]:
    """Return what a page's head says, by property or name."""
    content = reader.get(page).content.decode()
    pairs = re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)">', content)
    return {name: html.unescape(value) for name, value in pairs}


def picture_of(reader: Reader, page: str) -> str:
    """Return the path of a page's picture."""
    whole = head_of(reader, page)["og:image"]
    assert whole.startswith("http")
    return "/" + whole.split("/", 3)[3]


def renew() -> None:
    renew_changed_link_pictures()
    run_jobs()


def test_every_public_page_says_what_it_is_to_those_who_share_it(reader: Reader) -> None:
    a_pledge()
    for page in ("/", "/om/", "/alvsbyn/", "/alvsbyn/loften/", PLEDGE, COMMITMENT, "/en/alvsbyn/"):
        head = head_of(reader, page)
        title = re.search(r"<title>(.*?) – ", reader.get(page).content.decode())
        assert title
        assert head["og:title"] == html.unescape(title[1])
        assert head["og:description"] == head["description"]
        assert head["og:url"].endswith(page)
        assert head["og:locale"] == ("en_GB" if page.startswith("/en/") else "sv_SE")
        assert (head["og:image:width"], head["og:image:height"]) == ("1200", "630")
        assert head["og:image:alt"]
        assert head["twitter:card"] == "summary_large_image"
    own = head_of(reader, "/alvsbyn/loften/")["og:image"]
    assert own.endswith("/static/marks/link-picture.png")
    assert head_of(reader, "/alvsbyn/")["og:image"] == head_of(reader, PLEDGE)["og:image"]


def test_pages_that_are_nobodys_to_find_say_nothing(reader: Reader) -> None:
    a_pledge()
    for page in ("/logga-in/", "/alvsbyn/finns-inte/", f"{PLEDGE}kommentera/"):
        assert "og:title" not in reader.get(page).content.decode(), page


def test_feeds_are_found_from_the_pages_that_they_are_of(reader: Reader) -> None:
    a_pledge()
    feed = f'type="application/atom+xml" href="{PLEDGE}insatser.atom"'
    calendar = 'type="text/calendar" href="/alvsbyn/dialoger.ics"'
    for page in ("/alvsbyn/", PLEDGE, COMMITMENT, f"{PLEDGE}insatser/"):
        content = reader.get(page).content.decode()
        assert feed in content, page
        assert calendar in content, page
    assert calendar in reader.get("/alvsbyn/loften/").content.decode()
    assert "application/atom+xml" not in reader.get("/").content.decode()


def test_a_picture_is_made_by_the_queue_and_says_what_the_page_does(reader: Reader) -> None:
    pledge = a_pledge()
    a_mark_of_dots(pledge.municipalities.get())
    for page in (PLEDGE, COMMITMENT, f"/en{PLEDGE}"):
        address = picture_of(reader, page)
        waiting = reader.get(address)
        assert waiting.status_code == 302
        assert waiting.headers["Location"].endswith("/static/marks/link-picture.png")
        assert waiting.headers["Cache-Control"] == "public, no-cache"
    assert not LinkPicture.objects.exists()
    renew()
    for page in (PLEDGE, COMMITMENT, f"/en{PLEDGE}"):
        response = reader.get(picture_of(reader, page))
        assert response.headers["Content-Type"] == "image/png"
        with Image.open(io.BytesIO(response.content)) as image:
            assert image.size == (1200, 630)
        again = reader.get(
            picture_of(reader, page), headers={"if-none-match": response.headers["ETag"]}
        )
        assert again.status_code == 304
    # One for the pledge and each of its commitments, in both languages.
    assert LinkPicture.objects.count() == 2 * (1 + pledge.commitments.count())
    # Nothing has changed: nothing is to do.
    renew_changed_link_pictures()
    assert not ProcrastinateJob.objects.filter(task_name="renew_link_pictures").exists()


def test_a_picture_of_what_isnt_so_any_longer_leads_to_the_one_of_today(reader: Reader) -> None:
    pledge = a_pledge()
    renew()
    before = picture_of(reader, PLEDGE)
    assert reader.get(before).status_code == 200
    a_follow_up(pledge)
    after = picture_of(reader, PLEDGE)
    assert after != before
    # Before the queue has done anything: the old picture is stored, and nobody gets it.
    old = reader.get(before)
    assert (old.status_code, old.headers["Location"]) == (302, after)
    assert reader.get(after).status_code == 302
    digests = set(LinkPicture.objects.values_list("shows", flat=True))
    renew()
    assert reader.get(after).status_code == 200
    assert before.rpartition("/")[2].removesuffix(".png") in digests
    assert not LinkPicture.objects.filter(shows=before.rpartition("/")[2][:64]).exists()


def test_an_annulled_pledge_is_called_so(reader: Reader) -> None:
    pledge = a_pledge()
    lifecycle.annul(pledge, date(2026, 11, 23), "Skäl", on=date(2026, 11, 22))
    for page in (PLEDGE, COMMITMENT):
        assert "Upphävt" in head_of(reader, page)["og:image:alt"]


def test_what_is_erased_from_a_title_is_gone_from_the_picture(reader: Reader) -> None:
    pledge = a_pledge()
    place = pledge.municipalities.get()
    title_of = texts_of(Pledge.objects.public().at("alvsbyn").get(), place, date(2026, 11, 23))
    renew()
    before = picture_of(reader, COMMITMENT)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE pledges_commitment DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE pledges_commitment ENABLE TRIGGER announce_update")
        cursor.execute("UPDATE pledges_commitment SET text_sv = '[personuppgift borttagen]'")
        cursor.execute("ALTER TABLE pledges_commitment ENABLE TRIGGER USER")
    assert reader.get(before).status_code == 302
    renew()
    assert not LinkPicture.objects.filter(shows=title_of[1].digest).exists()
    assert reader.get(picture_of(reader, COMMITMENT)).status_code == 200
    assert "borttagen" in head_of(reader, COMMITMENT)["og:image:alt"]


def test_drafts_and_what_is_secret_are_in_no_picture(reader: Reader) -> None:
    draft = a_pledge(signed=False)
    assert reader.get(f"{PLEDGE}lankbild/{'0' * 64}.png").status_code == 404
    renew()
    assert not LinkPicture.objects.exists()
    draft.delete()
    pledge = a_pledge()
    public = Pledge.objects.public().at("alvsbyn").get()
    with as_public():
        before = texts_of(public, pledge.municipalities.get(), date(2026, 11, 23))
    # What is for the parties alone. See tests/attacks/test_secrecy_layers.py too: pages tell all
    # that their picture says, beside its digest.
    for commitment in pledge.commitments.all():
        an_action(commitment, public_note="HEMLIGT", is_public=False)
    assert CompletedAction.objects.exists()
    again = Pledge.objects.public().at("alvsbyn").get()
    with as_public():
        after = texts_of(again, pledge.municipalities.get(), date(2026, 11, 23))
    assert {text.digest for text in after.values()} == {text.digest for text in before.values()}
    for text in after.values():
        assert "HEMLIGT" not in repr(text)
    with as_public(), pytest.raises(Exception, match="permission denied"):
        LinkPicture.objects.exists()


def test_letters_are_there_and_no_text_is_cut_within_a_word() -> None:
    text = "Čohkka ŋuorŧŧa đđ ŽžŠš Åäö – ”é” Jåhkåmåhke"
    runs = "".join(run for run, _font in drawing._runs(text, drawing.Style(40)))
    assert runs == text
    style = drawing.Style(60, max_lines=2)
    lines = drawing._wrapped("Polisen söker efter narkotika med hund " * 5, style, 900, 2)
    assert len(lines) == 2
    assert lines[1].endswith("…")
    assert lines[1].removesuffix("…").split()[-1] in {
        *("Polisen", "söker", "efter", "narkotika", "med", "hund")
    }
    assert all(drawing._width(line, style) <= 900 for line in lines)
    broken = drawing._wrapped("Åtgärdsuppföljningsansvarighetsdokumentation", style, 500, 3)
    assert all(line.endswith("-") for line in broken[:-1])
    # A number stays with what it counts.
    assert not any(line.endswith(" 2") for line in drawing._wrapped("Ord 2 inte " * 9, style, 500))


def test_a_verdict_without_room_is_left_out_whole() -> None:
    whole = "Rådet: " + "4 av 8 uppfyllda, 1 delvis, 2 inte och 1 pågår, " * 9
    assert drawing._fitting(Line(whole), 1000, 100) is None
    text = LinkText("/x/", "Ort", "Titel", (Line(whole),), "Parter", (), "")
    nothing = LinkText("/x/", "Ort", "Titel", (), "Parter", (), "")
    assert draw(text) == draw(nothing)


def a_mark_of_dots(place: Municipality) -> None:
    """Give a municipality a mark that can be drawn."""
    output = io.BytesIO()
    Image.new("RGBA", (200, 100), "green").save(output, "PNG")
    file = output.getvalue()
    keep_mark(
        place, alternative_text="Märke", light=file, by=None, at=timezone.now(), take=take_picture
    )


def test_another_mark_is_another_picture(reader: Reader) -> None:
    pledge = a_pledge()
    before = picture_of(reader, PLEDGE)
    a_mark(a_municipality("Boden"))
    assert picture_of(reader, PLEDGE) == before
    a_mark(pledge.municipalities.get())
    assert picture_of(reader, PLEDGE) != before
