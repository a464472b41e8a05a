"""The pages of surveys in the workspace: who reads them and what they do."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pledge_portal.accounts.models import Role, User
from pledges.models import PublishedRound, SurveyRound
from pledges.surveys import rounds
from tests.builders import (
    SURVEYING,
    a_municipality,
    a_person,
    a_pledge,
    a_superuser,
    a_survey_round,
    some_sums,
)
from tests.pledges.actions.test_recording_pages import words
from tests.pledges.surveys.conftest import NOW, Place, published

pytestmark = pytest.mark.django_db

LIST = "/arbetsyta/drogvanor/"
NEW = f"{LIST}ny/"


def page_of(survey_round: SurveyRound, name: str = "") -> str:
    return f"{LIST}{survey_round.uid}/{name}"


def logged_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_a_round_goes_from_the_form_to_the_public(coordinator: Client, place: Place) -> None:
    saved = coordinator.post(NEW, place.typed(note="Gjord i mars."), follow=True)
    assert "Omgången är sparad." in words(saved)
    assert "Utkast, inte publicerad" in words(saved)
    survey_round = SurveyRound.objects.get()
    assert survey_round.created_by == place.coordinator
    preview_text = words(coordinator.get(page_of(survey_round, "allmanheten/")))
    assert "77 av 84 elever i årskursen svarade (92 procent)." in preview_text
    assert "Röker 17 % 18 % 15 %" in preview_text
    assert not PublishedRound.objects.exists()
    done = coordinator.post(page_of(survey_round, "publicera/"), {"version": 1}, follow=True)
    assert "Omgången är publicerad." in words(done)
    assert PublishedRound.objects.get().note == "Gjord i mars."
    assert "Så här är omgången publicerad nu." in words(
        coordinator.get(page_of(survey_round, "allmanheten/"))
    )


def test_why_something_is_hidden_is_said_beside_it(coordinator: Client, place: Place) -> None:
    sums = some_sums(
        answered={"girls": 38, "boys": 39, "other": 2},
        smoking={"girls": 2, "boys": 20, "other": 1},
        alcohol={"girls": 36, "boys": 10, "other": 1},
        narcotics_ever={"girls": 0, "boys": 0, "other": 1},
        narcotics_30_days={},
    )
    survey_round = a_survey_round(place.commitment, sums=sums)
    for _ in range(2):
        text = words(coordinator.get(page_of(survey_round, "allmanheten/")))
        assert "visas inte Skäl: Färre än 5 svarade ja." in text
        assert "visas inte Skäl: Färre än 5 svarade nej." in text
        assert "De som svarat annat eller inte uppgett kön är färre än 10." in text
        assert "38 svar" in text
        published(survey_round)


def test_a_change_is_told_of_where_rounds_are_listed(coordinator: Client, place: Place) -> None:
    survey_round = a_survey_round(place.commitment)
    assert "Utkast, inte publicerad" in words(coordinator.get(LIST))
    published(survey_round)
    assert "Publicerad" in words(coordinator.get(LIST))
    assert "Publiceringar Publicerad" in words(coordinator.get(page_of(survey_round)))
    sums = some_sums(smoking={"girls": 20, "boys": 6})
    coordinator.post(page_of(survey_round, "andra/"), place.typed(sums))
    assert "Ändrad sedan den publicerades" in words(coordinator.get(LIST))
    assert "Ändrad sedan den publicerades" in words(coordinator.get(page_of(survey_round)))
    refused = coordinator.post(page_of(survey_round, "publicera/"), {"version": 2})
    assert refused.status_code == 422
    assert "Skriv varför omgången publiceras igen." in words(refused)
    coordinator.post(
        page_of(survey_round, "publicera/"), {"version": 2, "reason": "En klass saknades"}
    )
    assert PublishedRound.objects.get().correction == "En klass saknades"
    withdrawn = coordinator.post(
        page_of(survey_round, "ta-tillbaka/"), {"version": 2, "reason": "Fel"}, follow=True
    )
    _, _, publications = words(withdrawn).partition("Publiceringar")
    assert re.findall(r"Publicerad igen|Publicerad|Tillbakadragen", publications) == [
        "Publicerad",
        "Publicerad igen",
        "Tillbakadragen",
    ]
    assert "Tillbakadragen" in words(coordinator.get(LIST))
    assert not PublishedRound.objects.exists()


def test_what_cannot_follow_is_explained_and_not_published(
    coordinator: Client, place: Place
) -> None:
    survey_round = a_survey_round(place.commitment)
    published(survey_round)
    coordinator.post(
        page_of(survey_round, "andra/"), place.typed(some_sums(answered={"girls": 40, "boys": 39}))
    )
    for answer in (
        coordinator.get(page_of(survey_round, "allmanheten/")),
        coordinator.post(page_of(survey_round, "publicera/"), {"version": 2, "reason": "Rättat"}),
    ):
        assert "Antalet svar (flickor) har ändrats från 38 till 40." in words(answer)
        assert 'action="' + page_of(survey_round, "publicera/") not in answer.content.decode()
    assert PublishedRound.objects.get().answered == 77
    coordinator.post(
        page_of(survey_round, "andra/"),
        place.typed(some_sums(smoking={"girls": 8, "boys": 6}), version=2),
    )
    given_away = words(coordinator.get(page_of(survey_round, "allmanheten/")))
    assert "Röker (flickor): antalet ja har ändrats från 7 till 8." in given_away


def test_who_publishes_what_is_like_another_round_answers_for_the_pupils(
    coordinator: Client, place: Place
) -> None:
    published(a_survey_round(place.commitment))
    anew = a_survey_round(place.commitment, school_year=2023)
    question = "redan är publicerad: Älvsbyns kommun, årskurs 9 2024/25. Är det samma elever"
    assert question in words(coordinator.get(page_of(anew, "allmanheten/")))
    refused = coordinator.post(page_of(anew, "publicera/"), {"version": 1})
    assert refused.status_code == 422
    assert "Kryssa i att det är andra elever, om det är så." in words(refused)
    coordinator.post(page_of(anew, "publicera/"), {"version": 1, "is_sure": "on"})
    assert PublishedRound.objects.count() == 2


def test_what_is_typed_stays_when_something_is_wrong(coordinator: Client, place: Place) -> None:
    typed = place.typed(**{"snus-girls": "1 0", "snus-boys": "tolv", "note": "Gjord i mars."})
    answer = coordinator.post(NEW, typed)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Snusar, pojkar: skriv ett heltal." in words(answer)
    assert 'name="snus-girls" value="1 0"' in page
    assert 'name="snus-boys" value="tolv"' in page
    assert 'href="#id_snus-boys"' in page
    described = re.search(r'name="snus-boys"[^>]*aria-describedby="([^"]+)"', page)
    assert described
    assert f'id="{described[1]}"' in page
    assert "Gjord i mars." in page
    assert not SurveyRound.objects.exists()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"school_year": "2099"}, "Välj ett giltigt alternativ"),
        ({"grade": ""}, "Välj en årskurs."),
        ({"invited": ""}, "Fyll i antalet elever i årskursen."),
        ({"invited": "9" * 19}, "Antal elever i årskursen: skriv ett heltal."),
        ({"invited": "0"}, "Antalet elever ska vara från 1 till 100000."),
        ({"target": "1-1"}, "Välj ett giltigt alternativ"),
        ({"smoking-girls": "3,5"}, "Röker, flickor: skriv ett heltal."),
        ({"smoking-girls": "²"}, "Röker, flickor: skriv ett heltal."),
        # Python reads no number of more than 4,300 digits.
        ({"smoking-girls": "9" * 5000}, "Röker, flickor: skriv ett heltal."),
        ({"smoking-girls": "39"}, "Röker, flickor: 39 är fler än de 38 som svarade."),
        ({"answered-all": "77"}, "Fyll i svaren efter kön eller bara kolumnen Alla, inte båda."),
        ({"note": "Elev 121212-1212"}, "Ta bort personnumret"),
        ({"instrument": "Ring 070-123 45 67"}, "Det här ser ut som personuppgifter"),
        ({"note": "a\x00b"}, "Null-tecken är inte tillåtna."),
        ({"version": "x"}, "Fyll i ett heltal."),
    ],
)
def test_bad_input_gets_a_sentence(
    coordinator: Client, place: Place, fields: dict[str, Any], sentence: str
) -> None:
    answer = coordinator.post(NEW, place.typed(**fields))
    assert answer.status_code == 422
    assert sentence in html.unescape(words(answer))
    assert not SurveyRound.objects.exists()


def test_unlikely_numbers_are_asked_about_once(coordinator: Client, place: Place) -> None:
    unsure = coordinator.post(NEW, place.typed(invited=400))
    assert unsure.status_code == 422
    assert "Bara 77 av 400 elever svarade" in words(unsure)
    assert not SurveyRound.objects.exists()
    coordinator.post(NEW, place.typed(invited=400, is_sure="on"))
    assert SurveyRound.objects.get().invited == 400


def test_a_change_by_somebody_else_is_shown_and_nothing_typed_is_lost(
    coordinator: Client, place: Place
) -> None:
    survey_round = a_survey_round(place.commitment)
    theirs = place.entry(sums=some_sums(smoking={"girls": 11, "boys": 6}))
    rounds.save(theirs, changes=survey_round, version=1, is_sure=True, by=None, at=NOW)
    mine = place.typed(some_sums(smoking={"girls": 9, "boys": 6}))
    refused = coordinator.post(page_of(survey_round, "andra/"), mine)
    assert refused.status_code == 422
    assert "Så står det nu, efter den andras ändring" in words(refused)
    assert "Röker 11 6 17" in words(refused)
    page = refused.content.decode()
    assert 'name="smoking-girls" value="9"' in page
    assert 'name="version" value="2"' in page
    coordinator.post(page_of(survey_round, "andra/"), {**mine, "version": 2})
    assert rounds.sums_of(SurveyRound.objects.get()).cells()["smoking-girls"] == 9


def test_the_form_begins_with_what_is_stored_and_sums(coordinator: Client, place: Place) -> None:
    survey_round = a_survey_round(place.commitment, note="Gjord i mars.")
    answer = coordinator.get(page_of(survey_round, "andra/"))
    page = answer.content.decode()
    assert 'name="smoking-girls" value="7"' in page
    assert 'name="answered-all" value' not in page
    assert "Svarade Summa: 77" in words(answer)
    assert 'aria-labelledby="rad-smoking kol-girls"' in page
    assert 'id="rad-smoking"' in page
    assert 'id="kol-girls"' in page
    assert page.count('inputmode="numeric"') == 8 * 4 + 1


def test_a_draft_is_thrown_away_and_a_published_round_is_not(
    coordinator: Client, place: Place
) -> None:
    survey_round = a_survey_round(place.commitment)
    published(survey_round)
    assert "kan inte kastas" in words(coordinator.get(page_of(survey_round, "kasta/")))
    refused = coordinator.post(page_of(survey_round, "kasta/"), {"version": 1})
    assert refused.status_code == 422
    draft = a_survey_round(place.commitment, school_year=2023)
    assert "Det går inte att ångra." in words(coordinator.get(page_of(draft, "kasta/")))
    done = coordinator.post(page_of(draft, "kasta/"), {"version": 1}, follow=True)
    assert "Omgången är kastad." in words(done)
    assert list(SurveyRound.objects.all()) == [survey_round]


def test_an_editor_enters_but_does_not_publish(place: Place) -> None:
    editor = logged_in(place.editor)
    editor.post(NEW, place.typed())
    survey_round = SurveyRound.objects.get()
    page = editor.get(page_of(survey_round, "allmanheten/"))
    assert "En samordnare i kommunen kan publicera omgången." in words(page)
    assert editor.post(page_of(survey_round, "publicera/"), {"version": 1}).status_code == 403
    assert editor.get(page_of(survey_round, "ta-tillbaka/")).status_code == 403
    assert not PublishedRound.objects.exists()


def test_neither_the_police_nor_another_municipality_sees_anything(place: Place) -> None:
    survey_round = a_survey_round(place.commitment)
    published(survey_round)
    elsewhere = a_municipality("Arvika")
    a_pledge(elsewhere, commitments=1, commitment=SURVEYING)
    stranger = logged_in(a_person("annan@example.se", Role.COORDINATOR, elsewhere))
    officer = logged_in(place.officer)
    for name in ("", "andra/", "allmanheten/", "ta-tillbaka/", "kasta/"):
        assert officer.get(page_of(survey_round, name)).status_code == 403
        assert stranger.get(page_of(survey_round, name)).status_code == 404
    assert "Det finns inga omgångar än." in words(stranger.get(LIST))
    own = str(stranger.get(NEW).context["form"]["target"])
    assert "Arvika" in own
    assert "Älvsbyn" not in own
    moved = stranger.post(NEW, place.typed())
    assert moved.status_code == 422
    start = officer.get("/arbetsyta/").content.decode()
    assert LIST not in start


def test_the_history_is_read_by_those_who_make_the_survey_alone(
    coordinator: Client, place: Place
) -> None:
    survey_round = a_survey_round(place.commitment)
    coordinator.post(page_of(survey_round, "andra/"), place.typed(invited=90))
    history = f"/arbetsyta/andringar/undersokning/{survey_round.pk}/"
    assert history in coordinator.get(page_of(survey_round)).content.decode()
    assert "90" in words(coordinator.get(history))
    changes = words(coordinator.get("/arbetsyta/andringar/"))
    assert "årskurs 9, 2024" in changes
    officer = logged_in(place.officer)
    assert officer.get(history).status_code == 404
    assert "årskurs 9, 2024" not in words(officer.get("/arbetsyta/andringar/"))


def test_of_a_round_that_was_thrown_away_the_history_remains(
    coordinator: Client, place: Place
) -> None:
    survey_round = a_survey_round(place.commitment)
    rounds.delete(survey_round, version=1)
    assert "årskurs 9, 2024" in words(coordinator.get("/arbetsyta/andringar/"))
    elsewhere = a_municipality("Arvika")
    for person in (place.officer, a_person("annan@example.se", Role.COORDINATOR, elsewhere)):
        assert "årskurs 9, 2024" not in words(logged_in(person).get("/arbetsyta/andringar/"))


def test_what_awaits_is_told_to_those_who_can_publish(coordinator: Client, place: Place) -> None:
    survey_round = a_survey_round(place.commitment)
    waits = "Årskurs 9, läsåret 2024/25 är inte publicerad."
    assert waits in words(coordinator.get("/arbetsyta/"))
    assert page_of(survey_round, "allmanheten/") in coordinator.get("/arbetsyta/").content.decode()
    assert waits not in words(logged_in(place.editor).get("/arbetsyta/"))
    published(survey_round)
    assert waits not in words(coordinator.get("/arbetsyta/"))
    coordinator.post(page_of(survey_round, "andra/"), place.typed(note="Ny text"))
    assert "Årskurs 9, läsåret 2024/25 är ändrad sedan den publicerades." in words(
        coordinator.get("/arbetsyta/")
    )


def test_without_a_signed_commitment_it_is_said_why_nothing_can_be_entered() -> None:
    elsewhere = a_municipality("Arvika")
    client = logged_in(a_person("annan@example.se", Role.COORDINATOR, elsewhere))
    for address in (LIST, NEW, f"{LIST}import/"):
        assert "Det finns inget undertecknat löfte med ett åtagande om drogvane" in words(
            client.get(address)
        )
    assert client.post(NEW, {}).status_code == 422


def test_the_operator_sees_every_municipality(place: Place) -> None:
    survey_round = a_survey_round(place.commitment)
    client = logged_in(a_superuser())
    assert page_of(survey_round) in client.get(LIST).content.decode()
    assert "är inte publicerad." in words(client.get("/arbetsyta/"))


def queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def _rounds_of(place: Place, years: range) -> None:
    """Make a round of each year, every other one published."""
    for year in years:
        other = a_survey_round(place.commitment, school_year=year)
        if year % 2:
            published(other)


def test_the_number_of_questions_does_not_grow_with_the_rounds(
    coordinator: Client, place: Place
) -> None:
    survey_round = a_survey_round(place.commitment)
    published(survey_round)
    addresses = [
        LIST,
        "/arbetsyta/",
        page_of(survey_round),
        page_of(survey_round, "allmanheten/"),
        NEW,
    ]
    # Rounds of other years have questions of their own, as many for ten as for twenty.
    _rounds_of(place, range(2010, 2020))
    before = {address: queries(coordinator, address) for address in addresses}
    _rounds_of(place, range(1990, 2000))
    assert {address: queries(coordinator, address) for address in addresses} == before
    assert len(re.findall(r"Öppna(?! data)", words(coordinator.get(LIST)))) == 21
