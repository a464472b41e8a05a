"""News that a municipality writes itself, from draft to feed."""

from __future__ import annotations

from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from news import rules
from news.models import News, NewsCorrection, TakenBack
from pledge_portal.accounts.models import Role
from pledge_portal.database.acting import as_owner, as_public
from pledge_portal.database.history import history_of
from pledge_portal.pages.refusals import ChangedMeanwhile, Refused
from pledges.erasing import rules as erasing
from pledges.models import Municipality, Pledge
from tests.builders import a_municipality, a_person, a_piece_of_news, a_pledge
from tests.dialogues.conftest import words
from tests.pages.conftest import Reader

pytestmark = pytest.mark.django_db

LIST, FEED = "/alvsbyn/nyheter/", "/alvsbyn/nyheter.atom"
WORKSPACE = "/arbetsyta/nyheter/"
ATOM = {"a": "http://www.w3.org/2005/Atom"}
TYPED = {
    "title_sv": "Nu är belysningen på plats",
    "text_sv": "Elljusspåret är tänt.\n\nDet var ett av våra löften.",
    "quotation_sv": "Nu vågar fler springa",
    "speaker": "Anna Berg, kommunalråd",
    "title_en": "The lights are on",
}


def test_a_piece_of_news_is_written_read_published_corrected_and_taken_back(
    client: Client, reader: Reader, place: Municipality, pledge: Pledge
) -> None:
    """All by clicking: each page leads to the next."""
    editor = a_person("redaktor@example.se", Role.EDITOR, place)
    client.force_login(editor)
    assert f'href="{WORKSPACE}"' in client.get("/arbetsyta/").content.decode()
    assert f'href="{WORKSPACE}ny/"' in client.get(WORKSPACE).content.decode()
    answer = client.post(f"{WORKSPACE}ny/", {**TYPED, "pledge": pledge.pk})
    news = News.objects.get()
    page = f"{WORKSPACE}{news.uid}/"
    assert answer["Location"] == page
    draft = words(client.get(page))
    assert "Ingen annan än ni ser den än" in draft
    assert "Nu vågar fler springa Anna Berg, kommunalråd" in draft
    public = f"{LIST}{news.uid}/"
    assert reader.get(public).status_code == 404
    assert "Här finns inga nyheter än." in words(reader.get(LIST))

    asked = client.get(f"{page}publicera/")
    assert "Den ändras aldrig sedan" in words(asked)
    client.post(f"{page}publicera/", {"version": news.version})
    shown = words(reader.get(public))
    assert "Nu är belysningen på plats" in shown
    assert "Elljusspåret är tänt." in shown
    assert "Löftet som det handlar om: " in shown
    assert TYPED["title_sv"] in words(reader.get(LIST))
    assert TYPED["title_sv"] in words(reader.get("/alvsbyn/"))
    assert f'href="{FEED}"' in reader.get("/alvsbyn/2023-2025/").content.decode()
    english = reader.get(f"/en{public}").content.decode()
    assert ">The lights are on<" in english
    assert '<div class="flow" lang="sv">' in english

    client.post(f"{page}ratta/", {"text_sv": "Det är 40 lampor, inte 50."})
    assert "Rättelser" in words(reader.get(public))
    assert "Det är 40 lampor, inte 50." in words(reader.get(public))
    assert "Rättelse" in reader.get(FEED).content.decode()

    assert client.post(f"{page}ta-tillbaka/", {"reason": ""}).status_code == 422
    client.post(f"{page}ta-tillbaka/", {"reason": "Lamporna är inte tända."})
    gone = reader.get(public)
    assert gone.status_code == 410
    assert "Lamporna är inte tända." in words(gone)
    for address in (LIST, "/alvsbyn/", FEED):
        assert TYPED["title_sv"] not in reader.get(address).content.decode(), address
    assert "Lamporna är inte tända." in words(client.get(page))
    for act in ("ratta", "ta-tillbaka"):
        refused = client.post(f"{page}{act}/", {"text_sv": "x", "reason": "x"})
        assert "redan tillbakatagen" in words(refused)
    histories = [history_of(model) for model in (News, NewsCorrection, TakenBack)]
    assert [history.events.objects.count() for history in histories if history] == [2, 1, 1]


def test_what_is_typed_is_judged_and_stands(client: Client, place: Municipality) -> None:
    client.force_login(a_person("redaktor@example.se", Role.EDITOR, place))
    other = a_pledge(a_municipality("Boden"))
    for wrong, sentence in (
        ({"title_sv": ""}, "Fyll i ”Rubrik”."),
        ({"text_sv": ""}, "Fyll i ”Text”."),
        ({"speaker": ""}, "Skriv vem som säger det."),
        ({"quotation_sv": ""}, "Skriv citatet på svenska."),
        ({"text_sv": "19811218-9876"}, "Ta bort personnumret"),
        ({"title_sv": "x" * 141}, "140"),
        ({"pledge": other.pk}, "Välj"),
    ):
        answer = client.post(f"{WORKSPACE}ny/", {**TYPED, **wrong})
        assert answer.status_code == 422, wrong
        assert sentence in words(answer), wrong
    assert not News.objects.exists()


def test_nobody_overwrites_what_another_has_saved(client: Client, place: Municipality) -> None:
    client.force_login(a_person("redaktor@example.se", Role.EDITOR, place))
    news = a_piece_of_news(place, published=False)
    rules.save(
        news,
        rules.Draft({"title_sv": "Annan rubrik", "text_sv": "Annan text"}),
        by=None,
        at=timezone.now(),
    )
    stale = {"version": news.version}
    answer = client.post(f"{WORKSPACE}{news.uid}/andra/", {**TYPED, **stale})
    assert answer.status_code == 422
    assert "Annan text" in words(answer)
    assert TYPED["title_sv"] in answer.content.decode()
    for act in ("publicera", "kasta"):
        refused = client.post(f"{WORKSPACE}{news.uid}/{act}/", stale)
        assert "Någon annan har ändrat nyheten." in words(refused)
    news.refresh_from_db()
    assert news.title_sv == "Annan rubrik"
    assert not news.is_published
    client.post(f"{WORKSPACE}{news.uid}/kasta/", {"version": news.version})
    assert not News.objects.exists()
    with pytest.raises(ChangedMeanwhile):
        rules.publish(news, version=2, by=None, on=date(2026, 1, 1))


def test_what_is_published_stands_whoever_asks(place: Municipality) -> None:
    news = a_piece_of_news(place)
    draft = a_piece_of_news(place, published=False)
    for change in (
        lambda: rules.save(news, rules.Draft(TYPED), by=None, at=timezone.now()),
        lambda: rules.delete_draft(news, version=news.version),
        lambda: rules.publish(news, version=news.version, by=None, on=date(2026, 1, 1)),
        lambda: rules.correct(draft, {"text_sv": "x"}, by=None, at=timezone.now()),
        lambda: rules.take_back(draft, "x", by=None, at=timezone.now()),
        lambda: rules.correct(news, {"text_sv": " "}, by=None, at=timezone.now()),
    ):
        with pytest.raises(Refused):
            change()
    with pytest.raises(IntegrityError), transaction.atomic(), as_owner():
        News.objects.filter(pk=news.pk).update(title_sv="x")
    with pytest.raises(IntegrityError), transaction.atomic(), as_owner():
        News.objects.filter(pk=news.pk).delete()


def test_the_database_itself_shows_the_public_only_what_is_published(place: Municipality) -> None:
    shown = a_piece_of_news(place)
    a_piece_of_news(place, published=False)
    taken_back = a_piece_of_news(place)
    tomorrow = a_piece_of_news(place, published=False)
    on = timezone.localdate() + timedelta(days=1)
    rules.publish(tomorrow, version=1, by=None, on=on)
    rules.correct(taken_back, {"text_sv": "x"}, by=None, at=timezone.now())
    rules.take_back(taken_back, "Fel", by=None, at=timezone.now())
    with as_public():
        assert [news.pk for news in News.objects.all()] == [shown.pk]
        assert not NewsCorrection.objects.exists()
        assert TakenBack.objects.get().reason == "Fel"
    assert [news.pk for news in News.objects.public(timezone.localdate())] == [shown.pk]


def test_the_feed_is_atom_and_tells_no_time_of_the_day(reader: Reader, place: Municipality) -> None:
    empty = ElementTree.fromstring(reader.get(FEED).content)  # noqa: S314
    assert empty.findall("a:entry", ATOM) == []
    news = a_piece_of_news(place, quotation_sv="Bra", speaker="Anna Berg")
    feed = ElementTree.fromstring(reader.get(FEED).content)  # noqa: S314
    (entry,) = feed.findall("a:entry", ATOM)
    assert entry.findtext("a:id", namespaces=ATOM) == f"urn:uuid:{news.uid}"
    for moment in ("a:updated", "a:published"):
        assert "T00:00:00" in (entry.findtext(moment, namespaces=ATOM) or "")
    assert "”Bra” – Anna Berg" in (entry.findtext("a:summary", namespaces=ATOM) or "")


def test_the_list_is_paged_and_chosen_by_pledge_with_as_many_queries(
    reader: Reader, pledge: Pledge, place: Municipality,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    a_pledge(place, period="2020-2022", valid_from=date(2020, 1, 1), valid_to=date(2022, 12, 31))
    other = Pledge.objects.get(period="2020-2022")
    for number in range(25):
        of = pledge if number % 2 else other
        a_piece_of_news(place, title_sv=f"Nyhet {number:02}", pledge=of)
    with django_assert_max_num_queries(8):
        first = words(reader.get(LIST))
    assert first.count("Nyhet ") == 20
    assert words(reader.get(f"{LIST}?sida=2")).count("Nyhet ") == 5
    chosen = words(reader.get(f"{LIST}?lofte=2020-2022"))
    assert chosen.count("Nyhet ") == 13
    assert words(reader.get("/alvsbyn/")).count("Nyhet ") == 3


def test_staff_find_what_they_wrote_and_drafts_come_first(
    client: Client, place: Municipality
) -> None:
    client.force_login(a_person("redaktor@example.se", Role.EDITOR, place))
    assert "Det finns inga nyheter än." in words(client.get(WORKSPACE))
    a_piece_of_news(place, title_sv="Publicerad om torget")
    a_piece_of_news(place, published=False, title_sv="Väntande om parken")
    a_piece_of_news(a_municipality("Boden"), title_sv="Någon annans")
    listed = words(client.get(WORKSPACE))
    assert listed.index("Väntande") < listed.index("Publicerad om torget")
    assert "Någon annans" not in listed
    hits = words(client.get(WORKSPACE, {"q": "om torget"}))
    assert "1 nyhet med ”om torget”." in hits
    assert "Väntande" not in hits


def test_a_personal_detail_goes_from_published_news(place: Municipality) -> None:
    news = a_piece_of_news(place, text_sv="Enligt Nils Ask är det klart.")
    rules.correct(news, {"text_sv": "Nils Ask har sagt fel."}, by=None, at=timezone.now())
    by = a_person("registrator@example.se", Role.COORDINATOR, place)
    at = timezone.now()
    detail = erasing.Detail("Nils Ask", place, "KS § 1", date(2026, 1, 1), "Begäran")
    seen = erasing.preview(detail, by=by, at=at).digest(detail)
    erasing.erase(detail, seen, masks=True, by=by, at=at)
    news.refresh_from_db()
    assert "Nils" not in news.text_sv
    assert "borttagen" in news.text_sv
    assert "Nils" not in news.corrections.get().text_sv
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(news_newsevent::text, ' ') FROM news_newsevent")
        assert "Nils" not in cursor.fetchone()[0]
