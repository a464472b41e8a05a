"""Statistics in the workspace: previewed, imported, linked to promises."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import Settings

from pledge_portal.accounts.models import Membership, Role
from pledge_portal.database.acting import as_public
from pledge_portal.pages.refusals import Refused
from pledges.models import (
    Area,
    HeldStatisticsFile,
    Indicator,
    IndicatorLink,
    Observation,
    Pledge,
    StatisticsImport,
)
from pledges.statistics import linking
from pledges.statistics.staged_files import MAX_BYTES
from tests.builders import a_person, a_pledge, a_superuser
from tests.pledges.statistics.conftest import Places
from tests.pledges.statistics.files import a_long_table, an_entry, imported_report, kolada

pytestmark = pytest.mark.django_db

HOME = "/arbetsyta/statistik/"
IMPORT = f"{HOME}import/"
LINKS = f"{HOME}kopplingar/"
A_FILE = a_long_table(
    "Misshandel;Älvsbyn;2024;;12;152",
    "Misshandel;Älvsbyn;2023;;9;113",
    "Misshandel;Piteå;2024;;300;709",
)


@pytest.fixture(autouse=True)
def _pages_are_made_anew(settings: Settings) -> None:
    settings.PUBLIC_PAGES_MB = 0


@pytest.fixture
def editor(places: Places, client: Client) -> Client:
    client.force_login(a_person("redaktor@example.se", Role.EDITOR, places.alvsbyn))
    return client


@pytest.fixture
def operator(places: Places) -> Client:
    client = Client()
    client.force_login(a_superuser())
    return client


def words(response: HttpResponse) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def send(client: Client, content: str | bytes, name: str = "brott.csv") -> HttpResponse:
    """Send a file, and follow on to its preview when it is taken."""
    raw = content.encode() if isinstance(content, str) else content
    sent = {"file": SimpleUploadedFile(name, raw)}
    return client.post(IMPORT, sent, follow=True)  # type: ignore[return-value]


def address(response: HttpResponse) -> str:
    return str(response.redirect_chain[-1][0])  # type: ignore[attr-defined]


def test_a_file_is_shown_first_and_saved_after_the_yes(editor: Client) -> None:
    shown = send(editor, A_FILE)
    text = words(shown)
    assert "Inget är sparat än." in text
    assert "Nya siffror 2 Ändrade siffror 0" in text
    assert "Nya indikatorer Misshandel" in text
    assert "1 rad för Piteå: hör till andra områden än dina" in text
    assert not Observation.objects.exists()
    assert not Indicator.objects.exists()
    done = editor.post(address(shown), follow=True)
    assert "Filen är importerad." in words(done)
    assert "Nya indikatorer: Misshandel." in words(done)
    assert Observation.objects.count() == 2
    assert not HeldStatisticsFile.objects.exists(), "the file is kept no longer than needed"


def test_saying_yes_twice_saves_once(editor: Client) -> None:
    page = address(send(editor, A_FILE))
    editor.post(page)
    assert editor.post(page).status_code == 404
    assert StatisticsImport.objects.count() == 1


def test_the_same_file_sent_anew_brings_nothing(editor: Client) -> None:
    editor.post(address(send(editor, A_FILE)))
    again = send(editor, A_FILE, "kopia.csv")
    assert "Den har inget nytt." in words(again)
    assert 'type="submit">Importera' not in again.content.decode()


def test_a_file_without_ones_own_areas_says_so(editor: Client) -> None:
    text = words(send(editor, a_long_table("Misshandel;Piteå;2024;;300;709")))
    assert "Filen har inga siffror för dina områden." in text


def test_faults_are_told_and_nothing_is_kept(editor: Client) -> None:
    response = send(editor, a_long_table("Misshandel;Älvsbynn;2024;;12;152"))
    assert response.status_code == 422
    assert "Rad 2, Region: Området ”Älvsbynn” är okänt." in words(response)
    assert "<title>Fel: " in response.content.decode()
    assert not HeldStatisticsFile.objects.exists()


def test_signs_that_no_page_can_show_break_none(editor: Client) -> None:
    half = kolada(an_entry(municipality="\ud800"))
    assert send(editor, half, "kolada.json").status_code == 422


def test_what_a_file_says_is_never_run(editor: Client) -> None:
    response = send(editor, a_long_table("<script>alert(1)</script>;<b>x</b>;2024;;12;152"))
    assert "<b>x" not in response.content.decode()
    assert "&lt;b&gt;x&lt;/b&gt;" in response.content.decode()
    shown = send(editor, a_long_table("<i>Rån</i>;Älvsbyn;2024;;12;152"), "<i>fil</i>.csv")
    assert "<i>" not in shown.content.decode()


def test_a_file_too_large_and_no_file_are_told_of(editor: Client) -> None:
    assert "högst 10 MB" in words(send(editor, b"x" * (MAX_BYTES + 1)))
    beyond = send(editor, b"x" * (21 * 1024 * 1024))
    assert "högst 10 MB" in words(beyond)
    assert "Välj en fil först." in words(editor.post(IMPORT, {}))


def test_another_persons_waiting_file_is_not_there(editor: Client, operator: Client) -> None:
    page = address(send(editor, A_FILE))
    assert operator.get(page).status_code == 404
    assert operator.post(page).status_code == 404
    assert not Observation.objects.exists()


def test_a_waiting_file_is_forgotten_after_a_day(editor: Client) -> None:
    page = address(send(editor, A_FILE))
    HeldStatisticsFile.objects.update(sent_at=timezone.now() - timedelta(days=1, minutes=1))
    assert editor.get(page).status_code == 404
    send(editor, a_long_table("Rån;Älvsbyn;2024;;1;13"))
    assert HeldStatisticsFile.objects.count() == 1


def test_a_second_file_takes_the_place_of_the_first(editor: Client) -> None:
    first = address(send(editor, A_FILE))
    send(editor, a_long_table("Rån;Älvsbyn;2024;;1;13"))
    assert editor.get(first).status_code == 404
    assert HeldStatisticsFile.objects.count() == 1
    assert "väntar på ditt ja" in words(editor.get(IMPORT))


def test_a_right_that_was_lost_meanwhile_saves_nothing(editor: Client) -> None:
    page = address(send(editor, A_FILE))
    Membership.objects.all().delete()
    assert editor.post(page).status_code == 403
    assert not Observation.objects.exists()


def test_a_revision_shows_both_figures_on_the_report(editor: Client) -> None:
    imported_report(A_FILE)
    shown = send(editor, a_long_table("Misshandel;Älvsbyn;2024;;1 214;152"))
    assert "Ändrade siffror 1 De tidigare finns kvar bredvid." in words(shown)
    done = editor.post(address(shown), {"accepts_large": "on"}, follow=True)
    assert "Misshandel Älvsbyn 2024 12 1 214" in words(done).replace("\xa0", " ")


def test_the_overview_tells_what_there_is_and_finds_by_any_word(editor: Client) -> None:
    imported_report(A_FILE)
    text = words(editor.get(HOME))
    assert "Siffror för 2 områden, senast 2024." in text
    assert "av driften" in text
    assert "Misshandel" in words(editor.get(HOME, {"q": "misshand brå"}))
    assert "Ingen indikator heter så." in words(editor.get(HOME, {"q": "väder\x00%_"}))


def test_the_overview_costs_the_same_for_one_indicator_and_for_many(editor: Client) -> None:
    imported_report(A_FILE)
    editor.get(HOME)
    with CaptureQueriesContext(connection) as few:
        editor.get(HOME)
    rows = (f"Brott {number};Piteå;{year};;1;2" for number in range(15) for year in (2020, 2021))
    imported_report(a_long_table(*rows))
    with CaptureQueriesContext(connection) as many:
        assert "Brott 14" in words(editor.get(HOME))
    assert len(many) == len(few)


def test_the_template_has_the_headings_that_are_read(editor: Client) -> None:
    content = editor.get(f"{IMPORT}mall.csv").content.decode("utf-8-sig")
    assert content.strip() == ("indikator;omrade;period;kon;varde;per_100000;nedre;ovre;anmarkning")
    assert "slag;enhet" in editor.get(f"{IMPORT}mall.csv?ny=1").content.decode()


def test_only_the_operator_words_an_indicator(editor: Client, operator: Client) -> None:
    imported_report(A_FILE)
    page = f"{HOME}indikatorer/misshandel/"
    data = {
        "name_sv": "Misshandel, alla slag",
        "name_en": "",
        "explanation_sv": "Anmälda brott.",
        "explanation_en": "",
        "better": "neither",
        "position": "5",
    }
    assert editor.get(page).status_code == editor.post(page, data).status_code == 403
    assert Indicator.objects.get().name_sv == "Misshandel"
    assert page not in editor.get(HOME).content.decode()
    operator.post(page, data)
    changed = Indicator.objects.get()
    assert (changed.name_sv, changed.name_en, changed.position) == (
        "Misshandel, alla slag",
        None,
        5,
    )
    faulty = operator.post(page, {**data, "name_sv": "", "position": "-1"})
    assert faulty.status_code == 422
    assert "Anmälda brott." in faulty.content.decode(), "what was typed is kept"


@pytest.fixture
def pledge(places: Places) -> Pledge:
    imported_report(A_FILE)
    return a_pledge(places.alvsbyn)


def test_an_indicator_is_tied_to_a_commitment_and_untied_again(
    editor: Client, pledge: Pledge
) -> None:
    commitment, indicator = pledge.commitments.order_by("number")[0], Indicator.objects.get()
    data = {
        "target": f"a{commitment.pk}",
        "indicator": indicator.pk,
        "reason": "Visar hur mycket som anmäls.",
        "reason_en": "Shows how much is reported.",
    }
    done = editor.post(f"{LINKS}ny/{pledge.pk}/", data, follow=True)
    assert "Indikatorn är kopplad." in words(done)
    link = IndicatorLink.objects.get()
    assert (link.focus_area, link.commitment) == (commitment.focus_area, commitment)
    assert (link.reason_sv, link.reason_en) == (data["reason"], data["reason_en"])
    with as_public():
        assert IndicatorLink.objects.public().get() == link
    again = editor.post(f"{LINKS}ny/{pledge.pk}/", data)
    assert again.status_code == 422
    assert "Indikatorn är redan kopplad dit." in words(again)
    confirmation = editor.get(f"{LINKS}{link.pk}/ta-bort/")
    assert "visas då inte längre vid Narkotika i skolan" in words(confirmation)
    assert IndicatorLink.objects.exists(), "asking takes nothing away"
    editor.post(f"{LINKS}{link.pk}/ta-bort/")
    assert not IndicatorLink.objects.exists()
    assert Observation.objects.exists()


def test_a_link_is_asked_for_in_full(editor: Client, pledge: Pledge) -> None:
    page = f"{LINKS}ny/{pledge.pk}/"
    text = words(editor.post(page, {"reason": "Ring 0911-123 45"}))
    assert "Välj ett problem eller ett åtagande." in text
    assert "Välj en indikator i listan." in text
    assert "ser ut som personuppgifter" in text
    other = a_pledge(
        period="2026-2028",
        valid_from=pledge.valid_from.replace(year=2026),
        valid_to=pledge.valid_to.replace(year=2028),
    )
    foreign = other.focus_areas.get().pk
    data = {"target": f"i{foreign}", "indicator": Indicator.objects.get().pk, "reason": "x"}
    assert editor.post(page, data).status_code == 422
    assert not IndicatorLink.objects.exists()


def test_others_pledges_and_drafts_can_not_be_tied(
    editor: Client, pledge: Pledge, places: Places
) -> None:
    foreign = a_pledge(places.habo, period="2024-2026")
    draft = a_pledge(places.alvsbyn, signed=False, period="2027-2029")
    for other in (foreign, draft):
        assert editor.get(f"{LINKS}ny/{other.pk}/").status_code == 404
        assert editor.post(f"{LINKS}ny/{other.pk}/", {}).status_code == 404
    with pytest.raises(Refused, match="inte undertecknat"):
        linking.link_indicator(draft.focus_areas.get(), Indicator.objects.get())
    area = foreign.focus_areas.get()
    with pytest.raises(Refused, match="annan inriktning"):
        linking.link_indicator(
            area, Indicator.objects.get(), commitment=pledge.commitments.order_by("number")[0]
        )
    link = linking.link_indicator(area, Indicator.objects.get(), reason="x")
    assert editor.post(f"{LINKS}{link.pk}/ta-bort/").status_code == 404
    assert IndicatorLink.objects.exists()


def test_the_list_of_links_costs_the_same_for_few_and_many(editor: Client, pledge: Pledge) -> None:
    editor.get(LINKS)
    with CaptureQueriesContext(connection) as few:
        editor.get(LINKS)
    for commitment in pledge.commitments.select_related("focus_area"):
        linking.link_indicator(
            commitment.focus_area, Indicator.objects.get(), commitment=commitment, reason="x"
        )
    with CaptureQueriesContext(connection) as many:
        assert words(editor.get(LINKS)).count("åtagande") >= 3
    assert len(many) == len(few)


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.SIGNATORY, Role.ADMINISTRATOR])
def test_other_roles_do_not_see_it(places: Places, client: Client, role: Role) -> None:
    client.force_login(a_person("annan@example.se", role, places.alvsbyn))
    assert client.get(HOME).status_code == 403
    assert HOME not in client.get("/arbetsyta/").content.decode()


def test_the_pages_are_there_in_english(editor: Client, pledge: Pledge) -> None:
    editor.cookies["django_language"] = "en"
    for page in (HOME, IMPORT, LINKS, f"{LINKS}ny/{pledge.pk}/"):
        assert editor.get(page).status_code == 200


def test_areas_are_made_with_the_municipalities(places: Places) -> None:
    assert Area.objects.filter(level="municipality").count() == 4
