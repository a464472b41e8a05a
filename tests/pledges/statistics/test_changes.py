"""What changes is seen first, and an import can be taken back whole."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pledge_portal.accounts.models import Role
from pledge_portal.pages.refusals import ChangedMeanwhile, Refused
from pledges.models import (
    EarlierFigure,
    HeldStatisticsFile,
    Indicator,
    IndicatorAlias,
    Observation,
    StatisticsImport,
)
from pledges.statistics.importing import LargeChanges
from pledges.statistics.taking_back import take_back
from tests.builders import a_person, a_pledge, a_superuser
from tests.pledges.statistics.conftest import Places
from tests.pledges.statistics.files import (
    AT,
    a_long_table,
    an_entry,
    imported_report,
    kolada,
    plain,
    previewed,
)

pytestmark = pytest.mark.django_db

HOME = "/arbetsyta/statistik/"
NAMES = f"{HOME}namn/"
FIRST = a_long_table(
    "Misshandel;Älvsbyn;2023;;9;113",
    "Misshandel;Älvsbyn;2024;;12;152",
    "Rån;Älvsbyn;2024;;0;0",
)


@pytest.fixture
def editor(places: Places, client: Client) -> Client:
    client.force_login(a_person("redaktor@example.se", Role.EDITOR, places.alvsbyn))
    return client


def words(response: HttpResponse) -> str:
    text = " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())
    return text.replace("\xa0", " ")


def send(client: Client, content: str, name: str = "brott.csv") -> HttpResponse:
    sent = {"file": SimpleUploadedFile(name, content.encode())}
    return client.post(f"{HOME}import/", sent, follow=True)  # type: ignore[return-value]


def address(response: HttpResponse) -> str:
    return str(response.redirect_chain[-1][0])  # type: ignore[attr-defined]


def state() -> list[dict[str, Any]]:
    """Return every figure, and those that it replaced, without their keys."""
    names = ("indicator__name_sv", "area__code", "gender", "period", "begins")
    figures = ("value", "per_100_000", "lower", "upper", "note")
    current = Observation.objects.order_by(*names).values(*names, *figures, "imported_in")
    earlier = EarlierFigure.objects.order_by("observation__begins", "imported_in").values(
        *(f"observation__{name}" for name in names), *figures, "imported_in", "replaced_in"
    )
    return [*current, *earlier]


def test_each_changed_figure_is_shown_before_and_after(editor: Client) -> None:
    imported_report(FIRST)
    shown = send(
        editor,
        a_long_table("Misshandel;Älvsbyn;2023;;10;126", "Misshandel;Älvsbyn;2024;;12;155"),
    )
    text = words(shown)
    assert "Misshandel Älvsbyn 2023 9; per 100 000 invånare: 113 10; per 100 000" in text
    assert "12; per 100 000 invånare: 152 12; per 100 000 invånare: 155" in text
    assert "mer än tre gånger" not in text
    assert Observation.objects.get(begins="2023-01-01").value == 9
    editor.post(address(shown))
    assert Observation.objects.get(begins="2023-01-01").value == 10


def test_a_change_of_more_than_three_times_needs_a_yes_of_its_own(editor: Client) -> None:
    imported_report(FIRST)
    shown = send(
        editor,
        a_long_table("Misshandel;Älvsbyn;2023;;10;126", "Misshandel;Älvsbyn;2024;;120;1 520"),
    )
    text = words(shown)
    assert "1 siffra ändras mer än tre gånger. Den står först." in text
    assert text.index("120") < text.index("126")
    assert "mer än tre gånger" in text
    refused = editor.post(address(shown))
    assert refused.status_code == 422
    assert "1 siffra ändras mer än tre gånger. Intyga att den är rätt." in words(refused)
    assert Observation.objects.get(begins="2024-01-01", indicator__name_sv="Misshandel").value == 12
    editor.post(address(shown), {"accepts_large": "on"})
    assert (
        Observation.objects.get(begins="2024-01-01", indicator__name_sv="Misshandel").value == 120
    )


@pytest.mark.parametrize(
    ("count", "is_large"), [("36", False), ("37", True), ("4", False), ("3", True), ("0", True)]
)
def test_three_times_is_counted_in_both_directions(
    places: Places, count: str, is_large: bool
) -> None:
    imported_report(FIRST)
    other = a_long_table(f"Misshandel;Älvsbyn;2024;{count}", headings="Brott;Region;År;Antal")
    assert previewed(other).large_changes == is_large
    if is_large:
        with pytest.raises(LargeChanges):
            imported_report(other)


def test_none_at_all_that_becomes_some_is_a_large_change(places: Places) -> None:
    imported_report(FIRST)
    assert previewed(a_long_table("Rån;Älvsbyn;2024;;1;13")).large_changes == 1


def test_what_changed_since_the_preview_is_previewed_anew(editor: Client) -> None:
    imported_report(FIRST)
    shown = send(editor, a_long_table("Misshandel;Älvsbyn;2024;;14;178"))
    imported_report(a_long_table("Misshandel;Älvsbyn;2024;;13;165"))
    again = editor.post(address(shown), follow=True)
    text = words(again)
    assert "Siffrorna har ändrats sedan du granskade filen." in text
    assert "13; per 100 000 invånare: 165 14; per 100 000 invånare: 178" in text
    assert Observation.objects.get(begins="2024-01-01", indicator__name_sv="Misshandel").value == 13
    editor.post(address(again))
    assert Observation.objects.get(begins="2024-01-01", indicator__name_sv="Misshandel").value == 14
    assert not HeldStatisticsFile.objects.exists()


def test_many_changes_are_paged_and_cost_the_same(editor: Client, population: Indicator) -> None:
    def rows(number: int, value: int) -> str:
        return plain(*(f"folkmangd;2560;{1900 + n};;{value};;;;" for n in range(number)))

    imported_report(rows(120, 7000))
    page = address(send(editor, rows(2, 7001)))
    with CaptureQueriesContext(connection) as few:
        editor.get(page)
    page = address(send(editor, rows(120, 7002)))
    with CaptureQueriesContext(connection) as many:
        first = words(editor.get(page))
    assert len(many) == len(few)
    assert "Folkmängd Älvsbyn 1999 7 000 7 002" in first
    assert "Folkmängd Älvsbyn 2000" not in first
    assert "Folkmängd Älvsbyn 2019 7 000 7 002" in words(editor.get(f"{page}?sida=2"))


def test_an_import_is_taken_back_by_clicking_with_a_reason(editor: Client) -> None:
    imported_report(FIRST)
    before = state()
    shown = send(
        editor,
        a_long_table(
            "Misshandel;Älvsbyn;2024;;14;178",
            "Stöld;Älvsbyn;2024;;40;500",
            "Rån;Älvsbyn;2025;;1;13",
        ),
    )
    page = address(editor.post(address(shown), follow=True))
    assert "Ta tillbaka importen" in words(editor.get(page))
    asked = editor.get(f"{page}ta-tillbaka/")
    assert "Siffror som försvinner: 2. Siffror som blir som de var förut: 1." in words(asked)
    refused = editor.post(f"{page}ta-tillbaka/", {"reason": " "})
    assert refused.status_code == 422
    assert "Skriv varför importen tas tillbaka." in words(refused)
    assert state() != before
    done = editor.post(f"{page}ta-tillbaka/", {"reason": "Fel fil."}, follow=True)
    assert "Importen är tillbakatagen." in words(done)
    assert "Skäl: Fel fil." in words(done)
    assert state() == before
    assert not Indicator.objects.filter(name_sv="Stöld").exists()
    assert "Tillbakatagen." in words(editor.get(HOME))
    assert editor.get(f"{page}ta-tillbaka/").status_code == 404


def test_what_was_taken_back_can_be_imported_again(places: Places) -> None:
    done, operator = imported_report(FIRST).done, a_superuser()
    assert done is not None
    take_back(done, reason="Fel.", by=operator, at=AT)
    assert not Observation.objects.exists()
    assert not Indicator.objects.exists()
    assert imported_report(FIRST).added == 3
    with pytest.raises(ChangedMeanwhile):
        take_back(done, reason="Igen.", by=operator, at=AT)


def test_what_later_imports_have_said_stands(places: Places) -> None:
    """As if the one in the middle had never come."""
    first, last = FIRST, a_long_table("Misshandel;Älvsbyn;2024;;13;165", "Stöld;Älvsbyn;2024;;9;9")
    middle = a_long_table(
        "Misshandel;Älvsbyn;2023;;8;100",
        "Misshandel;Älvsbyn;2024;;14;178",
        "Stöld;Älvsbyn;2024;;8;8",
    )
    imported_report(first)
    done = imported_report(middle, "mitten.csv").done
    imported_report(last, "sist.csv")
    assert done is not None
    take_back(done, reason="Fel.", by=a_superuser(), at=AT)
    values = {
        (row.indicator.name, row.begins.year): row.value
        for row in Observation.objects.select_related("indicator")
    }
    assert values == {
        ("Misshandel", 2023): 9,
        ("Misshandel", 2024): 13,
        ("Rån", 2024): 0,
        ("Stöld", 2024): 9,
    }
    (earlier,) = EarlierFigure.objects.all()
    assert (earlier.value, earlier.replaced_in.file_name) == (Decimal(12), "sist.csv")


def test_a_wrong_file_between_two_right_ones_leaves_no_trace_in_public(places: Places) -> None:
    imported_report(FIRST)
    wrong = imported_report(
        a_long_table("Misshandel;Älvsbyn;2024;;120;1 520"), "fel.csv", accepts_large=True
    ).done
    imported_report(a_long_table("Misshandel;Älvsbyn;2024;;12;152"), "rätt.csv", accepts_large=True)
    assert wrong is not None
    take_back(wrong, reason="Fel.", by=a_superuser(), at=AT)
    assert not EarlierFigure.objects.exists()
    assert Observation.objects.get(begins="2024-01-01", indicator__name_sv="Misshandel").value == 12


def test_names_are_taken_back_with_their_import(places: Places) -> None:
    imported_report(kolada(an_entry()))
    named = imported_report(kolada({"id": "N07403", "title": "Våldsbrott, antal/100 000 inv"})).done
    assert Indicator.objects.get().unit == "per_100_000"
    assert named is not None
    take_back(named, reason="Fel.", by=a_superuser(), at=AT)
    assert (Indicator.objects.get().name_sv, Indicator.objects.get().unit) == ("N07403", "other")


def test_an_import_of_others_areas_is_not_taken_back(
    places: Places, editor: Client, population: Indicator
) -> None:
    done = imported_report(plain("folkmangd;2581;2024;;1;;;;"), by=a_superuser()).done
    assert done is not None
    page = f"{HOME}importerat/{done.uid}/ta-tillbaka/"
    assert "hör till" not in words(editor.get(page))
    assert "Be driften att ta tillbaka den." in words(editor.get(page))
    assert editor.post(page, {"reason": "Min."}).status_code == 422
    own = a_person("e@example.se", Role.EDITOR, places.alvsbyn)
    with pytest.raises(Refused, match="andra områden"):
        take_back(done, reason="Min.", by=own, at=AT)
    assert Observation.objects.count() == 1


def test_a_linked_indicator_stays_when_its_import_goes(places: Places) -> None:
    from pledges.statistics import linking

    done = imported_report(FIRST).done
    pledge = a_pledge(places.alvsbyn)
    linking.link_indicator(
        pledge.focus_areas.get(), Indicator.objects.get(name_sv="Rån"), reason="x"
    )
    assert done is not None
    take_back(done, reason="Fel.", by=a_superuser(), at=AT)
    assert list(Indicator.objects.values_list("name_sv", flat=True)) == ["Rån"]


def test_staff_add_a_name_and_the_next_import_reads_it_so(editor: Client) -> None:
    imported_report(FIRST)
    shown = send(editor, a_long_table("Våld mot person;Älvsbyn;2025;;14;178"))
    assert "Nya indikatorer Våld mot person" in words(shown)
    assert f'href="{NAMES}"' in shown.content.decode()
    indicator = Indicator.objects.get(name_sv="Misshandel")
    added = editor.post(NAMES, {"name": "Våld  mot person", "indicator": indicator.pk}, follow=True)
    assert "Våld mot person är Misshandel" in words(added)
    again = editor.post(address(shown), follow=True)
    assert "Granska den igen." in words(again)
    assert "Nya indikatorer" not in words(again)
    editor.post(address(again))
    assert indicator.observations.count() == 3
    assert Indicator.objects.count() == 2


def test_a_name_that_means_an_indicator_already_is_refused(editor: Client) -> None:
    imported_report(FIRST)
    misshandel, ran = (
        Indicator.objects.get(name_sv="Misshandel"),
        Indicator.objects.get(name_sv="Rån"),
    )
    own = editor.post(NAMES, {"name": "misshandel", "indicator": misshandel.pk})
    assert "Namnet läses redan som ”Misshandel”." in words(own)
    other = editor.post(NAMES, {"name": "RÅN", "indicator": misshandel.pk})
    assert other.status_code == 422
    assert "är en indikator med egna siffror" in words(other)
    assert "Välj en indikator i listan." in words(editor.post(NAMES, {"name": "x"}))
    assert not IndicatorAlias.objects.exists()
    assert ran.aliases.count() == 0


def test_a_name_is_removed_by_whoever_added_it(editor: Client, places: Places) -> None:
    imported_report(FIRST)
    editor.post(NAMES, {"name": "Våld", "indicator": Indicator.objects.all()[0].pk})
    page = f"{NAMES}{IndicatorAlias.objects.get().pk}/ta-bort/"
    other = Client()
    other.force_login(a_person("annan@example.se", Role.EDITOR, places.pitea))
    assert page not in other.get(NAMES).content.decode()
    assert other.post(page).status_code == 403
    assert IndicatorAlias.objects.exists()
    assert "läser namnet som en egen indikator" in words(editor.get(page))
    editor.post(page)
    assert not IndicatorAlias.objects.exists()


def test_other_roles_neither_name_nor_take_back(places: Places, client: Client) -> None:
    done = imported_report(FIRST).done
    client.force_login(a_person("m@example.se", Role.MODERATOR, places.alvsbyn))
    assert done is not None
    for page in (NAMES, f"{HOME}importerat/{done.uid}/ta-tillbaka/"):
        assert client.get(page).status_code == 403
        assert client.post(page, {"reason": "x"}).status_code == 403
    assert StatisticsImport.objects.standing().count() == 1


def test_the_command_shows_changes_and_asks_for_large_ones(
    places: Places, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    imported_report(FIRST)
    file = tmp_path / "brott.csv"
    file.write_text(a_long_table("Misshandel;Älvsbyn;2024;;120;1520"), encoding="utf-8")
    call_command("import_statistics", file, "--look")
    assert "! Misshandel, Älvsbyn, 2024: 12; " in capsys.readouterr().out.replace("\xa0", " ")
    with pytest.raises(CommandError):
        call_command("import_statistics", file)
    assert "mer än tre gånger" in capsys.readouterr().err
    assert Observation.objects.get(begins="2024-01-01", indicator__name_sv="Misshandel").value == 12
    call_command("import_statistics", file, "--accept-large-changes")
    assert (
        Observation.objects.get(begins="2024-01-01", indicator__name_sv="Misshandel").value == 120
    )
