"""Pledges of the kinds that have been given can be taken in whole.

The files are summaries of real ones, with the signatories' names replaced. What was really reported
of them reads as it was: silence is never a verdict, and amounts are told with what they count.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine

from pledges.decided import Decision
from pledges.decisions.prolonging import prolong
from pledges.exchange.exporting import export_pledge, pledge_file_of
from pledges.exchange.pledge_file import read
from pledges.municipality_list import load_municipalities
from tests.builders import SIGNED_AT
from tests.pages.conftest import TODAY, Reader
from tests.pledges.real_reports import FILES, adopt_and_sign, council, done, in_force, take_in

pytestmark = pytest.mark.django_db

VERDICTS = ("nåddes inte", "inte nått målet", "attained-missed", "attained-partly")


def assert_nobody_is_accused(reader: Reader, address: str) -> None:
    html = reader.get(address).content.decode()
    assert [verdict for verdict in VERDICTS if verdict in html] == []


def promise_text(page: str, number: int) -> str:
    """Return what a pledge's page says in both voices of a commitment."""
    after = page.partition(f"Åtagande {number}. ")[2]
    return after.partition(f"Åtagande {number + 1}. ")[0].partition("Siffrorna säger vad")[0]


def test_all_of_them_are_taken_in_adopted_signed_and_read(reader: Reader) -> None:
    load_municipalities()
    assert len(FILES) == 19
    for file in FILES:
        pledge = take_in(file.read_bytes())
        assert read(export_pledge(pledge)) == pledge_file_of(pledge)
        pledge = adopt_and_sign(pledge, SIGNED_AT)
        with time_machine.travel(TODAY, tick=False):
            for party in pledge.parties.select_related("municipality"):
                text = reader.text(f"/{party.municipality.slug}/{pledge.period}/")
                assert "Givet av" in text
                assert pledge.title in text


def test_lulea_reads_as_its_council_followed_it_up(reader: Reader) -> None:
    load_municipalities()
    pledge = in_force("lulea-2018")
    until_july, may_on = date(2018, 7, 31), date(2018, 5, 1)
    done(pledge, 1, may_on, until_july, amount=71)
    done(pledge, 4, date(2018, 1, 1), until_july, amount=10, unit="tillsyner")
    council(
        pledge,
        (may_on, until_july),
        date(2018, 8, 20),
        {
            1: ("partly_kept", "Färre än en om dagen."),
            3: ("not_kept", "Bränderna i länet gick före."),
        },
    )
    with time_machine.travel("2018-09-01T12:00:00Z", tick=False):
        page = reader.text("/lulea/2018/")
        assert "0,77 per dygn, 1 maj–31 juli (92 av 365 dygn redovisade)" in promise_text(page, 1)
        assert "Rådets bedömning Delvis uppfyllt Mötet 20 augusti 2018" in promise_text(page, 1)
        assert "Redovisat: 10 tillsyner." in promise_text(page, 4)
        left_out = "1 januari 2018 – 30 april 2018 är inte bedömt. Tiden efter den 31 juli 2018 "
        assert left_out in page
        assert (
            "Rådets bedömning Ej uppfyllt Mötet 20 augusti 2018, om 1 maj 2018 – 31 juli 2018. "
            "Bränderna i länet gick före."
        ) in promise_text(page, 3)
        assert "nåddes inte" not in page
    december = date(2018, 12, 31)
    done(pledge, 1, date(2018, 8, 1), december, amount=230)
    done(pledge, 4, date(2018, 8, 1), december, amount=11, unit="tillsyner")
    council(pledge, (may_on, december), date(2019, 1, 20), {1: "kept", 4: "kept"})
    page = reader.text("/lulea/2018/")
    assert "1,23 per dygn, 1 maj–31 december (245 av 365 dygn redovisade)" in promise_text(page, 1)
    assert "Rådets bedömning Uppfyllt Mötet 20 januari 2019" in promise_text(page, 1)
    assert "Redovisat: 21 tillsyner." in promise_text(page, 4)
    assert "Ej uppfyllt Mötet 20 augusti 2018" in promise_text(page, 3)
    assert "31 december 2018, olika tider för olika åtaganden." in page
    assert (
        "Redovisat: 11 tillsyner. Det som är redovisat för 1 januari 2018 – 31 juli 2018 ligger "
        "bara delvis i tiden och är inte medräknat."
    ) in reader.text("/lulea/2018/ataganden/4/")
    for number in (2, 5, 6, 7, 8, 9):
        text = promise_text(page, number)
        assert "redovisningen saknas" in text
        assert "Inte bedömt den här gången: mötet 20 januari 2019." in text
    assert "nåddes inte" not in page
    assert "säger olika" not in page


def test_two_districts_stand_beside_each_other_and_sign_for_themselves(reader: Reader) -> None:
    load_municipalities()
    centrum = in_force("goteborg-centrum-2018")
    done(centrum, 2, date(2018, 1, 1), date(2018, 6, 30), amount=5)
    done(centrum, 2, date(2018, 7, 1), date(2018, 10, 31), amount=6)
    done(centrum, 3, date(2018, 1, 1), date(2018, 10, 31), amount=4)
    western = in_force("goteborg-afh-vastra-2018-2019")
    with time_machine.travel("2018-11-01T12:00:00Z", tick=False):
        text = reader.text("/goteborg/")
        assert "Löften som gäller, del för del" in text
        of_western, of_centrum = text.split("Centrum Medborgarlöfte Göteborg Centrum 2018")
        assert "Askim-Frölunda-Högsbo, Västra Göteborg Medborgarlöfte Askim" in of_western
        assert "Inget är redovisat än." in of_western
        assert "Gäller Löftet gäller till och med den 31 december 2018." in of_centrum
        assert "3 åtaganden: 2 har nått målet och för 1 är inget redovisat än." in of_centrum
        page = reader.text("/goteborg/2018-centrum/")
        assert "Göteborg 2018, Centrum Medborgarlöfte Göteborg Centrum 2018" in page
    assert "Målet är nått 11 av 6 lovade riktade narkotikainsatser" in promise_text(page, 2)
    assert "Målet är nått 4 av 4 lovade trafikinsatser" in promise_text(page, 3)
    assert "redovisningen saknas" in promise_text(reader.text("/goteborg/2018-centrum/"), 1)
    assert "ersatt" not in reader.text("/goteborg/2018-centrum/")
    assert_nobody_is_accused(reader, "/goteborg/2018-centrum/")

    done(western, 1, date(2018, 11, 20), date(2018, 11, 20), unit="gemensam insats")
    done(western, 2, date(2018, 10, 1), date(2019, 3, 31), amount=3, unit="föräldramöten")
    done(western, 3, date(2019, 3, 12), date(2019, 3, 12), unit="trygghetsvandring")
    page = reader.text("/goteborg/2018-2019-afhvastra/")
    assert "3 åtaganden: 3 är redovisade men går inte att bedöma i siffror." in page
    for number, amount in enumerate(
        ("1 gemensam insats", "3 föräldramöten", "1 trygghetsvandring"), start=1
    ):
        assert f"Redovisat: {amount}." in promise_text(page, number)
    assert "Givet av Göteborgs Stad (Askim-Frölunda-Högsbo, Västra Göteborg) och Polisen" in page
    assert "för Göteborgs Stad (Askim-Frölunda-Högsbo) Undertecknat" in page
    assert "för Göteborgs Stad (Västra Göteborg) Undertecknat" in page
    assert "för Göteborgs Stad Under" not in page
    assert_nobody_is_accused(reader, "/goteborg/2018-2019-afhvastra/")


def test_strangnas_did_more_than_it_promised(reader: Reader) -> None:
    load_municipalities()
    pledge = in_force("strangnas-2019")
    year = (date(2019, 2, 1), date(2019, 12, 31))
    done(pledge, 1, *year, amount=20)
    done(pledge, 2, *year, amount=3)
    done(pledge, 3, *year, amount=303, unit="trafikkontroller")
    done(pledge, 3, date(2019, 5, 7), date(2019, 5, 7), unit="mopedinsats")
    done(pledge, 5, *year, amount=4)
    page = reader.text("/strangnas/2019/")
    assert "Målet är nått 20 av 8 lovade nya områden" in promise_text(page, 1)
    assert "Målet är nått 3 av 2 lovade nya områden" in promise_text(page, 2)
    assert "Redovisat: 303 trafikkontroller, 1 mopedinsats." in promise_text(page, 3)
    assert "redovisningen saknas" in promise_text(page, 4)
    assert "Målet är nått 4 av 4 lovade trygghetsvandringar" in promise_text(page, 5)
    assert (
        "5 åtaganden: 3 har nått målet, 1 är redovisat men går inte att bedöma i siffror och "
        "för 1 saknas redovisningen."
    ) in page
    assert_nobody_is_accused(reader, "/strangnas/2019/")


def test_what_grastorp_left_unmentioned_was_not_assessed_this_time(reader: Reader) -> None:
    load_municipalities()
    pledge = in_force("grastorp-2022-2023")
    year = (date(2022, 1, 1), date(2022, 12, 31))
    done(pledge, 1, *year, amount=43, unit="trafikkontroller")
    done(pledge, 2, *year, amount=15, unit="oannonserade besök")
    council(pledge, year, date(2023, 2, 10), {1: "kept", 2: "kept"})
    with time_machine.travel("2023-03-01T12:00:00Z", tick=False):
        page = reader.text("/grastorp/2022-2023/")
    assert (
        "Rådet den 10 februari 2023: 2 av 9 åtaganden uppfyllda och 7 inte bedömda. "
        "Bedömningarna gäller hela 2022."
    ) in page
    kept = "Rådets bedömning Uppfyllt Mötet 10 februari 2023, om hela 2022."
    assert "Redovisat: 43 trafikkontroller." in promise_text(page, 1)
    assert "Redovisat: 15 oannonserade besök." in promise_text(page, 2)
    assert kept in promise_text(page, 1)
    assert kept in promise_text(page, 2)
    for number in range(3, 10):
        left = "Rådets bedömning Inte bedömt den här gången: mötet 10 februari 2023."
        assert left in promise_text(page, number)
    with time_machine.travel("2023-03-01T12:00:00Z", tick=False):
        text = reader.text("/grastorp/2022-2023/ataganden/5/")
        assert "Inte bedömt den här gången" in text
        assert "Håller du inte med om bedömningen?" not in text
        text = reader.text("/grastorp/2022-2023/ataganden/1/")
        assert "Färdigredovisat: hela 2022 (uppföljningen den 10 februari 2023)." in text
        assert "Uppfyllt Redovisat: 43 trafikkontroller." in text
    assert "2023 är inte bedömt." in reader.text("/grastorp/2022-2023/")
    assert_nobody_is_accused(reader, "/grastorp/2022-2023/")


def test_nothing_that_skelleftea_promised_on_demand_is_kept_by_silence(reader: Reader) -> None:
    load_municipalities()
    in_force("skelleftea-2016-2020")
    page = reader.text("/skelleftea/2016-2020/")
    assert "Hölls löftet? Inget är redovisat." in page
    assert page.index("Har upphört") < page.index("Hölls löftet?")
    assert (
        "Inget är redovisat. Redovisningen har saknats sedan den 1 januari 2017. "
        "För 5 åtaganden är ingen begäran redovisad."
    ) in page
    for number in range(1, 6):
        assert "Redovisat Ingen begäran är redovisad" in promise_text(page, number)
    for number in (6, 7):
        text = promise_text(page, number)
        assert "Redovisat Redovisningen saknas För 4 tidigare år saknas redovisningen." in text
    assert "nått målet" not in page
    assert_nobody_is_accused(reader, "/skelleftea/2016-2020/")


def test_the_police_alone_a_plan_and_property_owners_can_promise(reader: Reader) -> None:
    load_municipalities()
    for name in ("stockholm-hagersten-2022", "mellerud-2022", "malmo-norr-2021-2022"):
        in_force(name)
    stockholm = reader.text("/stockholm/2022-hagersten/")
    assert "Givet av Polisen" in stockholm
    assert "Gällde i Stockholms stad (Hägersten-Liljeholmen)" in stockholm
    assert "Nu ska Polisen redovisa." in stockholm
    assert "för Stockholms stad" not in stockholm
    mellerud = reader.text("/mellerud/2022/")
    assert "Det som är lovat står i löftets bilaga och räknas inte här." in mellerud
    assert "Åtgärdsplan 2022 (PDF" in mellerud
    assert "Siffrorna säger" not in mellerud
    assert "räknas inte här." in reader.text("/mellerud/")
    text = reader.text("/mellerud/2022/uppfoljningar/")
    assert "Ingen uppföljning är publicerad här." in text
    assert "Gjort mot mål" not in text
    assert reader.get("/mellerud/2022/diagram/mal.csv").status_code == 404
    text = reader.text("/stockholm/")
    assert (
        "Hölls det senaste löftet? Polisens medborgarlöfte Hägersten-Liljeholmen 2022 Inget är "
        "redovisat. Redovisningen har saknats sedan den 1 januari 2023. Gäller något löfte?"
    ) in text
    with time_machine.travel("2022-11-01T12:00:00Z", tick=False):
        text = reader.text("/stockholm/")
    assert (
        "Stockholms stad Polisens medborgarlöfte Hägersten-Liljeholmen 2022 gäller i Stockholms "
        "stad (Hägersten-Liljeholmen) Gäller Hålls löftet?"
    ) in text
    malmo = reader.text("/malmo/2021-2022-mollan/ataganden/3/")
    assert "Lovat av Fastighetsägare BID Möllevången." in malmo
    assert "Nu ska det som Fastighetsägare BID Möllevången har lovat redovisas." in malmo
    assert "Malmö stad (" not in malmo.split("Fastighetsägare BID Möllevången")[0][-80:]
    malmo = reader.text("/malmo/2021-2022-mollan/")
    assert "för Fastighetsägare BID Möllevången Undertecknat" in malmo
    for address in ("/stockholm/2022-hagersten/", "/mellerud/2022/", "/malmo/2021-2022-mollan/"):
        assert_nobody_is_accused(reader, address)


@pytest.mark.parametrize("period", ["whole", "year"])
def test_kungalvs_year_goes_from_june_to_june(reader: Reader, period: str) -> None:
    load_municipalities()
    file = next(file for file in FILES if file.stem == "kungalv-2017-2018")
    text = file.read_text(encoding="utf-8").replace('period = "whole"', f'period = "{period}"')
    pledge = adopt_and_sign(take_in(text.encode()), datetime(2017, 5, 25, 12, tzinfo=UTC))
    done(pledge, 1, date(2017, 6, 1), date(2017, 12, 31), amount=14)
    with time_machine.travel("2018-02-01T12:00:00Z", tick=False):
        page = reader.text("/kungalv/2017-2018/")
    # The turn of the year is within it: nothing is over, and nothing is missing.
    assert "14 av 20 redovisade för hela löftesperioden." in promise_text(page, 1)
    assert "saknas" not in page
    done(pledge, 1, date(2018, 1, 1), date(2018, 6, 30), amount=10)
    page = reader.text("/kungalv/2017-2018/")
    assert "24 av 20 lovade trafikkontroller under hela löftesperioden." in promise_text(page, 1)
    assert "Löftet gällde till och med den 30 juni 2018." in page
    assert_nobody_is_accused(reader, "/kungalv/2017-2018/")


def test_stenungsund_orust_and_tjorn_went_on_for_another_year(reader: Reader) -> None:
    load_municipalities()
    pledge = in_force("sto-2021")
    done(pledge, 1, date(2021, 1, 1), date(2021, 12, 31), amount=9)
    prolong(
        pledge,
        valid_to=date(2022, 12, 31),
        decision=Decision(date(2021, 12, 6), "Lokala brottsförebyggande rådet"),
        reason="Löftet behövs ett år till.",
        by=None,
        at=datetime(2021, 12, 10, 12, tzinfo=UTC),
    )
    with time_machine.travel("2022-06-01T12:00:00Z", tick=False):
        page = reader.text("/orust/2021/")
    assert "Löftet gäller till och med den 31 december 2022. Det är förlängt" in page
    assert "6 december 2021Löftet förlängdes till och med den 31 december 2022" in page
    assert "9 av 15 redovisade för hela löftesperioden." in promise_text(page, 1)
    assert "saknas" not in page
    text = reader.text("/tjorn/2021/ataganden/1/")
    assert (
        "Löftet är förlängt från den 31 december 2021 till den 31 december 2022. Antalet är "
        "detsamma."
    ) in text
    assert "Lovat av Polisen." in text
    assert "Slutdatumet passerade för mer än 3 år sedan" in reader.text("/stenungsund/2021/")
    assert_nobody_is_accused(reader, "/orust/2021/")
