"""Personal data is found in free text, and ordinary text is left alone."""

from time import process_time

import pytest

from pledge_portal.pages.personal_data import Sort, find_personal_data
from pledge_portal.pages.pointing import find_pointers


@pytest.mark.parametrize(
    ("text", "sort", "piece"),
    [
        ("Eleven 121212-1212 var med", Sort.IDENTITY_NUMBER, "121212-1212"),
        ("Eleven 201212121212.", Sort.IDENTITY_NUMBER, "201212121212"),
        ("20121212-1212", Sort.IDENTITY_NUMBER, "20121212-1212"),
        ("191212+1212 121212+1212", Sort.IDENTITY_NUMBER, "121212+1212"),
        ("samordningsnummer 701063-2391", Sort.IDENTITY_NUMBER, "701063-2391"),
        ("121212 1212", Sort.IDENTITY_NUMBER, "121212 1212"),
        ("121212–1212", Sort.IDENTITY_NUMBER, "121212–1212"),
        ("121212\xa01212", Sort.IDENTITY_NUMBER, "121212\xa01212"),
        ("121212\xad-\u200b1212", Sort.IDENTITY_NUMBER, "121212\xad-\u200b1212"),
        ("1912-12-12-1212", Sort.IDENTITY_NUMBER, "1912-12-12-1212"),
        ("12.12.12 1212", Sort.IDENTITY_NUMBER, "12.12.12 1212"),
        ("121212_1212", Sort.IDENTITY_NUMBER, "121212_1212"),
        ("12 12 12 – 12 12", Sort.IDENTITY_NUMBER, "12 12 12 – 12 12"),
        ("kalle\uff20exempel\uff0ese", Sort.EMAIL, "kalle\uff20exempel\uff0ese"),
        ("kalle (at) exempel.se", Sort.EMAIL, "kalle (at) exempel.se"),
        ("kalle[snabel-a]exempel.se", Sort.EMAIL, "kalle[snabel-a]exempel.se"),
        ("121212\n1212", Sort.IDENTITY_NUMBER, "121212\n1212"),
        ("１２１２１２-１２１２", Sort.IDENTITY_NUMBER, "１２１２１２-１２１２"),
        ("٠٧٠١٢٣٤٥٦٧", Sort.PHONE, "٠٧٠١٢٣٤٥٦٧"),
        ("ring 070\xa0123\u202f45\xa067", Sort.PHONE, "070\xa0123\u202f45\xa067"),
        ("ring 070.123.45.67", Sort.PHONE, "070.123.45.67"),
        ("bil ABC\xa0123", Sort.PLATE, "ABC\xa0123"),
        ("bil АВС 123", Sort.PLATE, "АВС 123"),
        ("ＡＢС１２３", Sort.PLATE, "ＡＢС１２３"),
        ("en bil med ABC123", Sort.PLATE, "ABC123"),
        ("en bil med abc 12d stod där", Sort.PLATE, "abc 12d"),
        ("ring 070-123 45 67", Sort.PHONE, "070-123 45 67"),
        ("ring +46 70 123 45 67", Sort.PHONE, "+46 70 123 45 67"),
        ("ring 0911-123 45", Sort.PHONE, "0911-123 45"),
        ("skriv till elev.namn@skola.example.se", Sort.EMAIL, "elev.namn@skola.example.se"),
    ],
)
def test_personal_data_is_found(text: str, sort: Sort, piece: str) -> None:
    assert (sort, piece) in [(finding.sort, finding.text) for finding in find_personal_data(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Vi sökte i 12 lokaler på Älvåkraskolan den 4 mars 2025.",
        "Samverkansmötet hölls 2025-03-04 kl. 14.00–15.30.",
        "Diarienummer KS 2023/123 och dnr 2023-000123.",
        "Skolan har max 500 elever, väg 374 går förbi och E4 är nära.",
        "2023–2025 genomfördes 121212 kontroller",
        "121212-1213 har fel kontrollsiffra",
        "999999-9999",
        "Svaren var 12, 12, 12, 12 och 12",
        "Åren 12 12 12 12 12",
        "Vi (at alla) såg det.",
        "Lag (2023:196) gäller från 2023-07-01.",
        "Ring 112 eller 114 14.",
        "",
    ],
)
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert find_personal_data(text) == []


@pytest.mark.parametrize(
    "piece", ["1", "1 ", "a", "a.", "a@", "0-", "АВС ", "\u00ad", "elev Anna ", "klass ab1 "]
)
def test_a_text_is_looked_through_in_time_that_grows_with_its_length(piece: str) -> None:
    text = piece * 20_000
    began = process_time()
    find_personal_data(text)
    find_pointers(text)
    # It takes a tenth of a second; if the time grew with the square it would take minutes.
    assert process_time() - began < 5
