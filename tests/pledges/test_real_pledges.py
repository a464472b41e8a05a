"""Pledges of the kinds that have been given can be taken in whole.

The files are summaries of real ones, with the signatories' names replaced.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import time_machine
from django.conf import settings

from pledges import lifecycle
from pledges.exchange.exporting import export_pledge, pledge_file_of
from pledges.exchange.importing import Outcome, import_pledge
from pledges.exchange.pledge_file import read
from pledges.models import Pledge, PledgeAnnex
from pledges.municipality_list import load_municipalities
from tests.builders import A_PDF, SIGNED_AT, sign
from tests.pages.conftest import TODAY, Reader

pytestmark = pytest.mark.django_db

FILES = sorted((settings.BASE_DIR / "tests" / "pledges" / "real").glob("*.toml"))


def take_in(file: Path) -> Pledge:
    pledge, outcome = import_pledge(read(file.read_bytes()))
    assert outcome == Outcome.NEW
    return pledge


def test_all_of_them_are_taken_in_adopted_signed_and_read(reader: Reader) -> None:
    load_municipalities()
    assert len(FILES) == 19
    for file in FILES:
        pledge = take_in(file)
        if file.stem == "mellerud-2022":
            # What it promises stands in a plan of its own.
            PledgeAnnex.store(
                pledge, A_PDF, title="Åtgärdsplan 2022", pages=1, by=None, at=SIGNED_AT
            )
        assert read(export_pledge(pledge)) == pledge_file_of(pledge)
        lifecycle.adopt(pledge, SIGNED_AT, A_PDF + b"0")
        sign(pledge, pledge.signatories.count())
        with time_machine.travel(TODAY, tick=False):
            for party in pledge.parties.select_related("municipality"):
                text = reader.text(f"/{party.municipality.slug}/{pledge.period}/")
                assert "Givet av" in text
                assert pledge.title in text


def test_districts_stand_beside_each_other_and_sign_for_themselves(reader: Reader) -> None:
    load_municipalities()
    for name in ("goteborg-centrum-2018", "goteborg-afh-vastra-2018-2019"):
        pledge = take_in(next(file for file in FILES if file.stem == name))
        lifecycle.adopt(pledge, SIGNED_AT, A_PDF + b"0")
        sign(pledge, pledge.signatories.count())
    with time_machine.travel("2018-11-01T12:00:00Z", tick=False):
        text = reader.text("/goteborg/")
        assert "Centrum" in text
        assert "Askim-Frölunda-Högsbo, Västra Göteborg" in text
        assert "Löftet gäller till och med den 31 december 2018." in text
    page = reader.text("/goteborg/2018-2019-afhvastra/")
    assert "för Göteborgs Stad (Västra Göteborg)" in page
    assert "för Göteborgs Stad Under" not in page


def test_the_police_alone_and_property_owners_are_called_by_name(reader: Reader) -> None:
    load_municipalities()
    for name in ("stockholm-hagersten-2022", "malmo-norr-2021-2022"):
        pledge = take_in(next(file for file in FILES if file.stem == name))
        lifecycle.adopt(pledge, SIGNED_AT, A_PDF + b"0")
        sign(pledge, pledge.signatories.count())
    stockholm = reader.text("/stockholm/2022-hagersten/")
    assert "Givet av Polisen" in stockholm
    assert "Gäller i Stockholms stad (Hägersten-Liljeholmen)" in stockholm
    malmo = reader.text("/malmo/2021-2022-mollan/ataganden/3/")
    assert "Fastighetsägare BID Möllevången" in malmo
    assert "Malmö stad (" not in malmo.split("Fastighetsägare BID Möllevången")[0][-80:]
