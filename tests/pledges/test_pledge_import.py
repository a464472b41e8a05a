"""A pledge file is taken in by clicking, after a preview."""

from __future__ import annotations

import re
from html import unescape
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from pledge_portal.accounts.models import Role, User
from pledges.exchange.exporting import export_pledge
from pledges.exchange.importing import import_pledge
from pledges.exchange.pledge_file import read
from pledges.models import Commitment, Municipality, Pledge, PoliceArea
from tests.builders import a_consultation, a_municipality, a_person, a_police_area
from tests.pledges.actions.test_recording_pages import words
from tests.pledges.exchange.test_pledge_file import SMALL
from tests.pledges.signing.conftest import logged_in
from tests.pledges.test_annexes import a_plan, with_a_plan
from tests.pledges.test_real_pledges import FILES

pytestmark = pytest.mark.django_db

PAGE = "/arbetsyta/loften/fran-fil/"
READ_FOR_2026 = "1 av 2 redovisade för 2026. Lovat: 2 gånger. Tiden är inte slut."


@pytest.fixture
def place() -> Municipality:
    place = a_municipality()
    a_police_area(municipalities=[place])
    return place


@pytest.fixture
def editor(place: Municipality) -> User:
    return a_person("eva@example.se", Role.EDITOR, place)


@pytest.fixture
def client(editor: User) -> Client:
    return logged_in(editor)


def sent(client: Client, text: str | bytes) -> Any:
    content = text.encode() if isinstance(text, str) else text
    file = SimpleUploadedFile("lofte.toml", content, "application/toml")
    return client.post(PAGE, {"file": file})


def confirmed(client: Client, preview: Any, **answers: object) -> Any:
    """Say yes to a preview, with what its page would send."""
    html = preview.content.decode()
    match = re.search(r'<input type="hidden" name="content" value="([^"]*)"', html)
    assert match
    return client.post(PAGE, {"content": unescape(match[1]), **answers}, follow=True)


def test_it_shows_what_the_public_will_read_and_writes_after_a_yes(
    client: Client, editor: User
) -> None:
    preview = sent(client, SMALL)
    assert preview.status_code == 200
    assert "Inget är skrivet än." in words(preview)
    assert READ_FOR_2026 in words(preview)
    assert "1 of 2 reported for 2026." in words(preview)
    assert not Pledge.objects.exists()
    assert "Filen är inläst som utkast." in words(confirmed(client, preview))
    pledge = Pledge.objects.get()
    assert (pledge.adopted_at, pledge.commitments.get().text) == (None, "Vi lovar.")
    assert pledge.versions.get().saved_by == editor
    assert "Läs in en löftesfil" in words(client.get("/arbetsyta/loften/"))


def test_it_shows_all_that_would_be_written(client: Client) -> None:
    text = SMALL.replace(
        'title = "Löfte"',
        'title = "Trygga kvällar"\nsummary = "Kort sagt."\nregistry_number = "KS 7"\n'
        'decided_on = 2025-11-03\ndecided_by = "Kommunstyrelsen"\nsource_note = "Arkivet."',
    ).replace(
        '[[focus_area]]\nname = "Skolan"',
        '[[section]]\nheading = "Så kom det till"\ntext = "Vi frågade."\nkind = "groundwork"\n'
        '[[focus_area]]\nname = "Skolan"\nproblem = "Bråk."\nproblem_en = "Fights."\n'
        'cause = "Tomma kvällar."\n'
        'expected_effects = "Lugn."',
    )
    page = words(sent(client, text))
    for shown in (
        *("Kort sagt.", "KS 7", "Kommunstyrelsen, 3 november 2025", "Arkivet."),
        *("Trygga kvällar", "Så kom det till", "Vi frågade.", "Skolan", "Bråk.", "Fights."),
        *("Tomma kvällar.", "Lugn."),
        *("Vi lovar.", "Anna, Kommunalråd, för Älvsbyns kommun"),
    ):
        assert shown in page
    assert not Pledge.objects.exists()
    # So too when a draft would be replaced, which stays, or is unchanged.
    confirmed(client, sent(client, text))
    assert "Bråk igen." in words(sent(client, text.replace("Bråk.", "Bråk igen.")))
    assert "Bråk." in words(sent(client, text))
    assert Pledge.objects.get().focus_areas.get().problem_sv == "Bråk."


@pytest.mark.parametrize(
    "name",
    [
        "Lokalpolisområde Piteå Älvdal",
        "LPO Piteå älvdal",
        "Polisen i Piteå älvdal",
        "LPO Piteå",
        "Pitå elvdal",
    ],
)
def test_a_police_area_is_known_by_a_near_name(
    client: Client, place: Municipality, name: str
) -> None:
    a_police_area("Luleå/Boden", [place])
    preview = sent(client, SMALL.replace("Piteå älvdal", name))
    assert f"Filen skriver ”{name}”. Löftet läses in för lokalpolisområde Piteå älvdal." in words(
        preview
    )
    confirmed(client, preview)
    assert Pledge.objects.get().police_area.name == "Piteå älvdal"
    assert PoliceArea.objects.count() == 2


def test_a_police_area_is_never_guessed_where_two_fit(client: Client, place: Municipality) -> None:
    a_police_area("Piteå kust", [place])
    page = words(sent(client, SMALL.replace("Piteå älvdal", "LPO Piteå")))
    assert "heter LPO Piteå i portalen. Menade du Piteå kust eller Piteå älvdal?" in page
    # Nor one that covers other municipalities.
    a_police_area("Norra Lappland", [a_municipality("Kiruna", "2584")])
    page = words(sent(client, SMALL.replace("Piteå älvdal", "Lappland")))
    assert "Menade du Norra Lappland?" in page
    # Where there is none, it says who adds it.
    page = words(sent(client, SMALL.replace("Piteå älvdal", "Malmö norr")))
    assert "heter Malmö norr i portalen. Den driftansvariga lägger till det" in page
    assert not Pledge.objects.exists()


def test_a_draft_is_replaced_after_a_yes_of_its_own(client: Client, editor: User) -> None:
    confirmed(client, sent(client, SMALL))
    assert "Utkastet säger redan det" in words(confirmed(client, sent(client, SMALL)))
    changed = sent(client, SMALL.replace("Vi lovar.", "Vi lovar mer."))
    asked = confirmed(client, changed)
    assert asked.status_code == 422
    assert "Det finns redan ett utkast. Kryssa i rutan." in words(asked)
    assert Commitment.objects.get().text == "Vi lovar."
    assert "Utkastet är ersatt" in words(confirmed(client, changed, replace="on"))
    assert Commitment.objects.get().text == "Vi lovar mer."
    assert Pledge.objects.get().versions.get().saved_by == editor


def test_what_was_asked_residents_about_is_never_replaced(client: Client) -> None:
    confirmed(client, sent(client, SMALL))
    a_consultation(Pledge.objects.get())
    refused = sent(client, SMALL.replace("Vi lovar.", "Vi lovar mer."))
    assert refused.status_code == 422
    assert "Utkastet har varit på samråd" in words(refused)


def test_every_fault_of_a_file_is_named(client: Client) -> None:
    faulty = SMALL.replace("amount = 2", "amount = 0").replace('responsible = "police"', "")
    refused = sent(client, faulty)
    assert refused.status_code == 422
    assert "target.amount" in words(refused)
    assert "responsible" in words(refused)
    assert sent(client, b"\xff\xfe").status_code == 422
    assert client.post(PAGE).status_code == 422
    assert client.post(PAGE, {"content": "hej"}).status_code == 422
    assert not Pledge.objects.exists()


def test_nobody_takes_in_a_pledge_of_others_or_moves_a_police_area(client: Client) -> None:
    elsewhere = a_municipality("Kiruna", "2584")
    a_police_area("Norra Lappland", [elsewhere])
    other = SMALL.replace("2560", "2584").replace("Piteå älvdal", "Norra Lappland")
    refused = sent(client, other)
    assert "Välj en kommun som du skriver för." in words(refused)
    wider = SMALL.replace('covers = ["2560"]', 'covers = ["2560", "2584"]')
    assert "omfattar inte kommunen 2584" in words(sent(client, wider))
    unknown = SMALL.replace("Piteå älvdal", "Mars")
    assert "heter Mars" in words(sent(client, unknown))
    # Nor by an answer to a preview that was never shown.
    for text in (other, wider, unknown):
        assert client.post(PAGE, {"content": text}).status_code == 422
    assert not Pledge.objects.exists()
    assert PoliceArea.objects.count() == 2
    # A draft that others write on, named by its id.
    theirs, _outcome = import_pledge(read(other.encode()))
    named = SMALL.replace("[pledge]", f'[pledge]\nuid = "{theirs.uid}"')
    assert "som du inte skriver på" in words(sent(client, named))
    assert Pledge.objects.get() == theirs


def test_texts_pass_the_same_door_as_what_is_typed(client: Client) -> None:
    telling = sent(client, SMALL.replace("Vi lovar.", "Vi lovar 811218-9876 allt."))
    refused = confirmed(client, telling)
    assert refused.status_code == 422
    assert "Ta bort personnumret" in words(refused)
    assert not Pledge.objects.exists()


def test_annexes_come_with_the_file(client: Client, place: Municipality) -> None:
    text = export_pledge(with_a_plan())
    Pledge.objects.all().delete()
    preview = sent(client, text)
    assert "Åtgärdsplan" in words(preview)
    assert "Bilagan med den kontrollsumman" in words(confirmed(client, preview))
    wrong = SimpleUploadedFile("plan.pdf", b"hej", "application/pdf")
    assert "plan.pdf: Filen är ingen PDF." in words(confirmed(client, preview, annexes=[wrong]))
    plan = SimpleUploadedFile("plan.pdf", a_plan(), "application/pdf")
    assert "Filen är inläst" in words(confirmed(client, preview, annexes=[plan]))
    assert Pledge.objects.get().annexes.get().title == "Åtgärdsplan"


def test_the_command_prints_the_sentences_and_can_stop_there(
    place: Municipality, tmp_path: Path
) -> None:
    file = tmp_path / "lofte.toml"
    file.write_text(SMALL)
    output = StringIO()
    call_command("import_pledge", str(file), preview=True, stdout=output)
    assert "1. Vi lovar.\n   Minst 2 gånger per år\n" in output.getvalue()
    assert f"   På väg: Delvis redovisat. {READ_FOR_2026}\n" in output.getvalue()
    assert "   At least 2 times a year\n" in output.getvalue()
    assert not Pledge.objects.exists()
    call_command("import_pledge", str(file), stdout=output)
    assert Pledge.objects.exists()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_real_pledges_have_their_sentences(file: Path) -> None:
    municipalities = {code for area in read(file.read_bytes()).police_areas for code in area.covers}
    for code in municipalities:
        a_municipality(f"Kommun {code}", code)
    output = StringIO()
    call_command("import_pledge", str(file), preview=True, stdout=output)
    targets = [part.target for part in read(file.read_bytes()).commitments]
    assert output.getvalue().count("Innan något är redovisat") == len(targets)
