"""Earlier actions are imported from files.

Every fault is named, and nothing is written before the yes.
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, timedelta
from unittest import mock

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pledge_portal.accounts.models import Role
from pledges.actions import importing
from pledges.exchange.tables import Table, TableError, TableRow, read_table
from pledges.models import ActionImport, CompletedAction, InternalNote, PublishedAction
from tests.builders import a_municipality, a_person, a_place, a_pledge, a_police_area, an_action
from tests.pledges.actions.conftest import Work

pytestmark = pytest.mark.django_db

PAGE = "/arbetsyta/insatser/import/"
A_FILE = """Åtagande;Datum;Plats;Antal;Lokaler;Markeringar;Fynd;Text;Intern anteckning;Offentlig
1;2024-04-03;älvåkraskolan;1;5;1;0;Sök i kapprum;Två hundar;ja
1;2024-10-09;;2;;;;;;nej
"""


def words(response: HttpResponse) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def target(work: Work) -> str:
    return f"{work.pledge.pk}-p{work.pledge.police_area_id}"


def send(
    client: Client, work: Work, content: str | bytes, name: str = "insatser.csv", **fields: str
) -> HttpResponse:
    """Send a file, and follow on to its preview when it is taken."""
    raw = content.encode() if isinstance(content, str) else content
    typed = {"target": target(work), "file": SimpleUploadedFile(name, raw), **fields}
    return client.post(PAGE, typed, follow=True)  # type: ignore[return-value]


def address(response: HttpResponse) -> str:
    return str(response.redirect_chain[-1][0])  # type: ignore[attr-defined]


def a_workbook(*rows: list[object]) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_a_file_is_shown_first_and_recorded_after_the_yes(officer: Client, work: Work) -> None:
    response = send(officer, work, A_FILE)
    text = words(response)
    assert "2 insatser för Medborgarlöfte 2023-2025 (lokalpolisområde Piteå älvdal)" in text
    assert "Inget är sparat än." in text
    assert "3 april 2024 , Älvåkraskolan" in text.replace("2024,", "2024 ,")
    assert "Visas för alla, som vårterminen 2024." in text
    assert "Insatsen visas inte för allmänheten." in text
    assert not CompletedAction.objects.exists()
    done = officer.post(address(response), follow=True)
    assert "2 insatser är importerade." in words(done)
    first, second = CompletedAction.objects.order_by("done_on")
    assert (first.place, first.premises_searched, first.finds) == (work.school, 5, 0)
    assert first.recorded_by == work.officer
    assert first.recorded_side == "police"
    assert (second.amount, second.is_public) == (2, False)
    assert InternalNote.objects.get().text == "Två hundar"
    assert InternalNote.objects.get().police_area == work.pledge.police_area
    assert PublishedAction.objects.get().action == first
    assert ActionImport.objects.get().content == {}, "the texts are kept no longer than needed"


def test_saying_yes_twice_records_once(officer: Client, work: Work) -> None:
    response = send(officer, work, A_FILE)
    officer.post(address(response))
    again = officer.post(address(response), follow=True)
    assert again.status_code == 200
    assert CompletedAction.objects.count() == 2


def test_the_same_file_sent_anew_is_known(officer: Client, work: Work) -> None:
    officer.post(address(send(officer, work, A_FILE)))
    again = send(officer, work, b"\xef\xbb\xbf" + A_FILE.encode(), name="kopia.csv")
    assert again.status_code == 422
    assert "Samma fil är redan importerad." in words(again)


def test_two_copies_waiting_at_once_are_recorded_once(officer: Client, work: Work) -> None:
    one, other = (address(send(officer, work, A_FILE)) for _ in range(2))
    officer.post(one)
    refused = officer.post(other, {"is_sure": "on"})
    assert refused.status_code == 422
    assert "Samma fil är redan importerad." in words(refused)
    assert CompletedAction.objects.count() == 2


def test_every_fault_is_named_by_row_and_column_and_nothing_is_kept(
    officer: Client, work: Work
) -> None:
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    faulty = "\n".join(
        [
            "atagande;datum;plats;antal;hur_det_gick;fynd;text;offentlig;kommun",
            "9;2024-04-03;;;;;;;",
            "1;3 april;;;;;;;",
            "1;2024-02-30;;;;;;;",
            "1;;;;;;;;",
            f"1;{tomorrow};;;;;;;",
            "1;2020-01-01;;;;;;;",
            "1;2024-04-03;Hogwarts;;;;;;",
            "1;2024-04-03;;en;;;;;",
            "1;2024-04-03;;0;;;;;",
            "1;2024-04-03;;;bra;;;;",
            "1;2024-04-03;;;;3;;;",
            "1;2024-04-03;;;;;Elev 121212-1212;;",
            "1;2024-04-03;;;;;;kanske;",
            "1;2024-04-03;;;;;;;Boden",
            f"1;2024-04-03;;;;;{'x' * 1001};;",
            "1;2024-04-03;;;;;vänd\u202etext;;",
        ]
    )
    response = send(officer, work, faulty)
    assert response.status_code == 422
    text = words(response)
    for sentence in [
        "Rad 2, Åtagande: Skriv åtagandets nummer. Löftet har 1.",
        "Rad 3, Datum: Skriv datumet så här: 2024-05-31.",
        "Rad 4, Datum: Skriv datumet så här: 2024-05-31.",
        "Rad 5, Datum: Fyll i datum.",
        "Rad 6, Datum: Datumet har inte varit än. Kommande hundsök sparas aldrig här",
        "Rad 7, Datum: Löftet gällde inte då.",
        "Rad 8, Plats: Ingen plats heter så.",
        "Rad 9, Antal: Skriv ett heltal, eller lämna tomt.",
        "Rad 10, Antal: Skriv ett antal som är minst 1.",
        "Rad 11, Hur det gick: Skriv ”som det var tänkt” eller ”bara delvis”.",
        "Rad 12, Lokaler: Fyll i alla tre",
        "Rad 13, Text: Ta bort personnumret. Personnummer sparas aldrig här.",
        "Rad 14, Offentlig: Skriv ja eller nej.",
        "Rad 15, Kommun: Skriv kommunen: Älvsbyn.",
        "Rad 16, Text: Texten får ha högst 1000 tecken.",
        "Rad 17, Text: Texten innehåller tecken som inte går att visa.",
    ]:
        assert sentence in text
    assert not ActionImport.objects.exists()
    assert not CompletedAction.objects.exists()


def test_one_faulty_row_of_many_keeps_all_out(officer: Client, work: Work) -> None:
    response = send(officer, work, A_FILE + "1;i går;;;;;;;;\n")
    assert "1 fel att rätta" in words(response)
    assert not ActionImport.objects.exists()


def test_doubles_and_personal_data_are_asked_about_first(officer: Client, work: Work) -> None:
    an_action(work.commitment, place=work.school)
    content = (
        "Åtagande;Datum;Plats;Text\n"
        "1;2024-04-03;Älvåkraskolan;\n"
        "1;2024-05-03;;Ring 070-123 45 67\n"
        "1;2024-05-03;;\n"
    )
    response = send(officer, work, content)
    text = words(response)
    assert "Rad 2: Det finns redan en insats för samma åtagande, dag och plats." in text
    assert "Rad 3: Text: ”070-123 45 67” ser ut som en personuppgift." in text
    assert "Rad 4: Samma åtagande, dag och plats som rad 3." in text
    refused = officer.post(address(response))
    assert refused.status_code == 422
    assert "Läs anmärkningarna och kryssa i rutan." in words(refused)
    assert CompletedAction.objects.count() == 1
    officer.post(address(response), {"is_sure": "on"})
    assert CompletedAction.objects.count() == 4


def test_what_changed_between_showing_and_yes_is_found(officer: Client, work: Work) -> None:
    response = send(officer, work, A_FILE)
    work.school.name = "Nya skolan"
    work.school.save()
    refused = officer.post(address(response))
    assert refused.status_code == 422
    assert "Rad 2, Plats: Ingen plats heter så." in words(refused)
    assert not CompletedAction.objects.exists()


def test_a_failure_halfway_records_nothing(officer: Client, work: Work) -> None:
    response = send(officer, work, A_FILE)
    with (
        mock.patch("pledges.actions.action_disclosure.publish_all", side_effect=RuntimeError),
        pytest.raises(RuntimeError),
    ):
        officer.post(address(response))
    assert not CompletedAction.objects.exists()
    officer.post(address(response))
    assert CompletedAction.objects.count() == 2


def test_an_import_is_undone_with_one_reason_and_may_come_again(
    officer: Client, work: Work
) -> None:
    page = address(send(officer, work, A_FILE))
    officer.post(page)
    assert officer.post(f"{page}angra/", {"reason": ""}).status_code == 422
    text = words(officer.post(f"{page}angra/", {"reason": "Fel fil"}, follow=True))
    assert "2 insatser är strukna." in text
    assert "Skäl: Fel fil" in text
    assert CompletedAction.objects.counted().count() == 0
    assert set(CompletedAction.objects.values_list("strike_reason", flat=True)) == {"Fel fil"}
    assert not PublishedAction.objects.exists()
    assert "redan ångrad" in words(officer.post(f"{page}angra/", {"reason": "Igen"}))
    officer.post(address(send(officer, work, A_FILE)))
    assert CompletedAction.objects.counted().count() == 2


def test_a_file_waits_a_day_for_its_yes_and_is_then_thrown_away(
    officer: Client, work: Work
) -> None:
    page = address(send(officer, work, A_FILE))
    ActionImport.objects.update(sent_at=timezone.now() - timedelta(hours=25))
    assert officer.get(page).status_code == 404
    send(officer, work, A_FILE)
    assert ActionImport.objects.count() == 1


def test_a_file_that_nobody_said_yes_to_is_erased_by_the_daily_chore(
    officer: Client, work: Work
) -> None:
    send(officer, work, A_FILE)
    call_command("erase_old_data")
    assert ActionImport.objects.exists()
    ActionImport.objects.update(sent_at=timezone.now() - timedelta(days=2))
    call_command("erase_old_data")
    assert not ActionImport.objects.exists()


def test_nobody_else_sees_a_file_that_waits_and_the_other_side_never(
    client: Client, work: Work
) -> None:
    client.force_login(work.officer)
    page = address(send(client, work, A_FILE))
    colleague = a_person("kollega@example.se", Role.OFFICER, work.pledge.police_area)
    client.force_login(colleague)
    assert client.get(page).status_code == 404
    assert client.post(page).status_code == 404
    client.force_login(work.officer)
    client.post(page)
    client.force_login(colleague)
    assert client.get(page).status_code == 200
    assert "insatser.csv" in words(client.get(PAGE))
    client.force_login(work.coordinator)
    for path in (page, f"{page}angra/"):
        assert client.get(path).status_code == 404
        assert client.post(path, {"reason": "x"}).status_code == 404
    assert "insatser.csv" not in words(client.get(PAGE))


def test_people_of_other_places_can_not_import_here(client: Client, work: Work) -> None:
    client.force_login(a_person("annan@example.se", Role.OFFICER, a_police_area("Annat")))
    refused = send(client, work, A_FILE)
    assert "inga undertecknade löften" in words(refused)
    assert client.get(f"{PAGE}mall/{work.pledge.pk}/").status_code == 404
    assert not ActionImport.objects.exists()


def test_a_coordinator_imports_for_the_municipality_alone(client: Client) -> None:
    here, other = a_municipality("Älvsbyn"), a_municipality("Arvidsjaur")
    pledge = a_pledge([here, other], commitments=1)
    client.force_login(a_person("s@example.se", Role.COORDINATOR, here))
    content = "Åtagande;Datum;Kommun\n1;2024-04-03;\n1;2024-05-03;Arvidsjaur\n"
    typed = {
        "target": f"{pledge.pk}-k{here.pk}",
        "file": SimpleUploadedFile("a.csv", content.encode()),
    }
    assert "Rad 3, Kommun: Skriv kommunen: Älvsbyn." in words(client.post(PAGE, typed))
    typed["target"] = f"{pledge.pk}-p{pledge.police_area_id}"
    typed["file"] = SimpleUploadedFile("a.csv", content.encode())
    assert client.post(PAGE, typed).status_code == 422
    assert not ActionImport.objects.exists()


def test_what_the_log_gives_can_be_read_in_again(officer: Client, work: Work) -> None:
    an_action(work.commitment, place=work.school, public_note="=1+1", amount=3)
    for kind in ("csv", "xlsx"):
        file = officer.get(f"/arbetsyta/insatser/?format={kind}").content
        response = send(officer, work, file, f"insatser.{kind}")
        assert "Det finns redan en insats" in words(response), kind
        assert "Text som visas för alla : =1+1" in words(response).replace("alla:", "alla :"), kind


def test_a_struck_row_of_the_log_is_not_read_in(officer: Client, work: Work) -> None:
    action = an_action(work.commitment)
    officer.post(f"/arbetsyta/insatser/{action.uid}/stryk/", {"version": 1, "reason": "Fel"})
    file = officer.get("/arbetsyta/insatser/?format=csv").content
    assert "Rad 2, Struken: Raden är struken i filen." in words(send(officer, work, file))


def test_the_template_has_what_one_needs_to_fill_it_in(officer: Client, work: Work) -> None:
    a_place("=HYPERLINK(1)")
    answer = officer.get(f"{PAGE}mall/{work.pledge.pk}/")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert [cell.value for cell in book["Insatser"][1]][:3] == ["Åtagande", "Datum", "Kommun"]
    assert book["Åtaganden"].cell(2, 1).value == 1
    cells = {cell.value: cell.data_type for cell in book["Platser"]["A"]}
    assert cells["Älvåkraskolan"] == "s"
    assert cells["=HYPERLINK(1)"] == "s"
    csv_answer = officer.get(f"{PAGE}mall/{work.pledge.pk}/?format=csv")
    assert csv_answer.content.decode("utf-8-sig").startswith("Åtagande;Datum;Kommun;Plats;")


def test_a_column_that_nobody_reads_is_named(officer: Client, work: Work) -> None:
    response = send(officer, work, "Åtagande,Datum,Väder\n1,2024-04-03,Sol\n")
    assert "De här kolumnerna läses inte: Väder." in words(response)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "Filen är tom."),
        ("Åtagande;Datum\n", "Filen har inga rader under rubrikerna."),
        ("Datum;Plats\n2024-04-03;\n", "Rubriken Åtagande saknas."),
        ("Åtagande;Datum;datum\n1;2024-04-03;\n", "Rubriken Datum finns två gånger."),
        ("Åtagande;Datum\n1;2024-04-03;x\n", "Rad 2 har fler celler än det finns rubriker."),
        (b"%PDF-1.7\x00\x00", "Filen går inte att läsa som en tabell."),
        (b"\x81\x8d\x8f", "Filen går inte att läsa som en tabell."),
        (b"PK\x03\x04 broken", "Filen går inte att läsa som en tabell."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old", "Spara den som .xlsx."),
        ("Åtagande;Datum\n" + "1;2024-04-03\n" * 5001, "Filen har fler än 5000 rader."),
        ("Åtagande;Datum\n" + "\n" * 10_001 + "1;2024-04-03", "Filen fortsätter efter rad 10000."),
        ("x" * (2 * 1024 * 1024 + 1), "Filen är för stor. Den får vara högst 2 MB."),
    ],
)
def test_a_file_that_can_not_be_used_gets_a_clear_error(
    officer: Client, work: Work, content: str | bytes, sentence: str
) -> None:
    response = send(officer, work, content)
    assert response.status_code == 422
    assert sentence in words(response)
    assert not ActionImport.objects.exists()


def test_no_file_at_all_and_no_pledge_get_clear_errors(officer: Client, work: Work) -> None:
    response = officer.post(PAGE, {"target": "nej"})
    assert response.status_code == 422
    assert "Välj en fil först." in words(response)
    assert "Välj ett giltigt alternativ" in words(response)


# Reading tables


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_csv_is_read_however_swedish_programs_write_it(encoding: str, separator: str) -> None:
    lines = ["Åtagande;Text", "1;Räksmörgås"]
    content = "\r\n".join(lines).replace(";", separator).encode(encoding)
    assert read_table(content) == Table(["Åtagande", "Text"], [TableRow(2, ["1", "Räksmörgås"])])


def test_rows_are_counted_as_a_spreadsheet_does() -> None:
    content = 'sep=;\nA;B\n"två\nrader";1\n\n;2\n'.encode()
    assert [row.number for row in read_table(content).rows] == [2, 4]


def test_days_and_numbers_of_a_workbook_are_read_as_what_they_are() -> None:
    content = a_workbook(["A", "B", "C", "D"], [date(2024, 4, 3), 2.0, True, "text"])
    assert read_table(content).rows == [TableRow(2, ["2024-04-03", "2", "ja", "text"])]


def rezipped(content: bytes, **changed: bytes) -> bytes:
    """Return a workbook with some of its parts replaced."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            name = part.filename.rsplit("/", 1)[-1].split(".")[0]
            new.writestr(part.filename, changed.get(name, old.read(part)))
    return stream.getvalue()


SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    "<sheetData>{}</sheetData></worksheet>"
)


def cell(at: str, text: str = "x") -> str:
    return f'<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>'


@pytest.mark.parametrize(
    ("sheet", "sentence"),
    [
        (b" " * (30 * 1024 * 1024), "för stor när den packas upp"),
        (
            SHEET.format(f'<row r="1">{cell("A1")}</row><row r="999999999">{cell("A9")}</row>'),
            "fortsätter efter rad 10000",
        ),
        (
            SHEET.format(f'<row r="1">{cell("A1")}{cell("ZZZ1")}</row><row r="2">{cell("A2")}'),
            "går inte att läsa",
        ),
        (
            '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
            + SHEET.format(f'<row r="1">{cell("A1", "&b;")}</row>'),
            "går inte att läsa",
        ),
        (
            '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
            + SHEET.format(f'<row r="1">{cell("A1", "&a;")}</row>'),
            "går inte att läsa",
        ),
        ("<worksheet", "går inte att läsa"),
    ],
)
def test_hostile_workbooks_are_refused(sheet: str | bytes, sentence: str) -> None:
    raw = sheet.encode() if isinstance(sheet, str) else sheet
    with pytest.raises(TableError, match=sentence):
        read_table(rezipped(a_workbook(["A"], ["1"]), sheet1=raw))


def test_cells_far_to_the_right_cost_nothing_and_are_not_lost_in_silence() -> None:
    far = SHEET.format(
        f'<row r="1">{cell("A1", "A")}</row><row r="2">{cell("A2")}{cell("AO2")}</row>'
    )
    with pytest.raises(TableError, match="Rad 2 har fler celler"):
        read_table(rezipped(a_workbook(["A"], ["1"]), sheet1=far.encode()))


# Many rows


def test_five_thousand_rows_cost_few_questions(officer: Client, work: Work) -> None:
    def queries(rows: int) -> int:
        days = [date(2023, 1, 1) + timedelta(days=number % 1000) for number in range(rows)]
        content = "Åtagande;Datum;Antal;Intern anteckning\n" + "".join(
            f"1;{day};{rows};not\n" for day in days
        )
        with CaptureQueriesContext(connection) as questions:
            page = address(send(officer, work, content))
            officer.post(page, {"is_sure": "on"})
        assert CompletedAction.objects.filter(amount=rows).count() == rows
        return len(questions)

    queries(2)
    assert queries(1200) - queries(3) <= 6, "a batch of five hundred rows costs a question or two"


def test_holding_a_file_asks_nothing_of_the_screen(work: Work) -> None:
    """The rules work without a request: another way in may use them."""
    table = Table(["Åtagande", "Datum"], [TableRow(2, ["1", "2024-04-03"])])
    held = importing.hold(
        table,
        file_name="x" * 300 + ".csv",
        pledge=type(work.pledge).objects.with_standing().get(pk=work.pledge.pk),
        side=work.pledge.police_area,
        by=work.officer,
        at=timezone.now(),
    )
    assert len(held.file_name) == 120
    done = importing.confirm(held, is_sure=False, by=work.officer, at=timezone.now())
    assert done.actions.count() == 1
