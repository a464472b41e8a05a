"""Broken files of statistics.

What somebody's computer, a cut line or ill will can make of a file. Each is a content and where its
fault is reported: row (or entry), column, and some of its words.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.pledges.statistics.files import (
    PLAIN_HEADINGS,
    a_long_table,
    a_wide_table,
    a_workbook,
    an_entry,
    kolada,
    plain,
)

_A_LONG_ROW = "Misshandel;Älvsbyn;2024;;12;152"
_DEFINED = f"{PLAIN_HEADINGS};namn;slag;enhet;riktning"
_LONG_HEADINGS = ["Brottstyp", "Område", "År", "Antal", "Per 100 000"]


@dataclass(frozen=True)
class Broken:
    """A broken file.

    `where` is what the message says of row and column, "" for the whole file.
    """

    name: str
    make: Callable[[], str | bytes]
    where: str
    words: str
    file: str = "fil.csv"

    def __str__(self) -> str:
        return self.name


def _parts(changed: dict[str, bytes]) -> bytes:
    """Return a workbook some of whose parts are others'."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(a_workbook(_LONG_HEADINGS))) as whole,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in whole.namelist():
            made.writestr(name, changed.get(name, whole.read(name)))
    return stream.getvalue()


_SHEET = "xl/worksheets/sheet1.xml"
_ENTITIES = b"""<?xml version="1.0"?>
<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
<row r="1"><c t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>"""
_FAR_AWAY = b"""<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
<sheetData><row r="1000000000"><c r="A1000000000"><v>1</v></c></row></sheetData></worksheet>"""


def _bomb() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(_SHEET, b"0" * 250 * 1024 * 1024)
    return stream.getvalue()


def _formula() -> bytes:
    return a_workbook(_LONG_HEADINGS, ["Misshandel", "Älvsbyn", 2024, "=SUM(A1:A3)", 3])


def of_whole_files() -> Iterator[Broken]:
    """Return what is no table at all."""
    table = "Filen går inte att läsa som en tabell"
    yield Broken("empty", lambda: b"", "", "Filen är tom")
    yield Broken("only line ends", lambda: b"\r\n" * 10, "", "Filen är tom")
    yield Broken("10 MB of zeros", lambda: b"\x00" * 10_000_000, "", table)
    yield Broken("10 MB of spaces", lambda: b" " * 10_000_000, "", "Filen är tom")
    yield Broken("2 MB of line ends", lambda: b"a\n" + b"\n" * 2_000_000, "rad 1", "Rubrikerna")
    yield Broken("a picture", lambda: b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "", table)
    yield Broken("a PDF", lambda: b"%PDF-1.7\n%\xe2\xe3\n1 0 obj", "", "Filen är en PDF")
    yield Broken("a web page", lambda: "<!doctype html><p>Fel", "", "webbsida")
    yield Broken("old Excel", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 9, "", "äldre version")
    yield Broken("cut-off ZIP", lambda: a_workbook(_LONG_HEADINGS)[:900], "", table, "fil.xlsx")
    yield Broken("ZIP of nothing", lambda: b"PK\x03\x04", "", table, "fil.xlsx")
    yield Broken("another ZIP", lambda: _parts({"[Content_Types].xml": b"x"}), "", table)
    yield Broken("entities", lambda: _parts({_SHEET: _ENTITIES}), "", table, "fil.xlsx")
    yield Broken("broken sheet", lambda: _parts({_SHEET: b"<worksheet><sheetDa"}), "", table)
    yield Broken("ZIP bomb", _bomb, "", "för stor när den packas upp", "fil.xlsx")
    yield Broken("row a billion", lambda: _parts({_SHEET: _FAR_AWAY}), "rad 1048577", "fler rader")
    yield Broken("empty workbook", lambda: a_workbook(), "", "inga rader", "fil.xlsx")
    yield Broken("UTF-16 cut off", lambda: a_long_table().encode("utf-16")[:-1], "rad", table)
    no_cp1252 = b"Brott;Region;\xc5r;Period;Antal\r\nMisshandel;\xc4lvsbyn\x81;2024;;1"
    yield Broken("bytes of no encoding", lambda: no_cp1252, "rad", "går inte att läsa säkert")
    doubtful, letters = a_long_table(_A_LONG_ROW), "bokstäver går inte att läsa säkert"
    as_utf_8 = doubtful.encode()
    yield Broken("a Mac's letters", lambda: doubtful.encode("mac_roman"), "rad 1", letters)
    yield Broken("letters of DOS", lambda: doubtful.encode("cp850"), "rad", letters)
    yield Broken("a wrong byte", lambda: as_utf_8.replace(b"12;", b"12\xe5;"), "rad 1", letters)
    wrong = b"\xef\xbb\xbf" + doubtful.encode("cp1252")
    yield Broken("a mark of UTF-8 that is untrue", lambda: wrong, "rad 1", letters)
    quote = a_long_table('"Misshandel;Älvsbyn;2024;;12;' + "x" * 200_000)
    yield Broken("quote never closed", lambda: quote, "rad 2", table)
    yield Broken("too many columns", lambda: ";".join(["Antal"] * 2000), "rad 1", "kolumner")
    yield Broken("no headings", lambda: "Misshandel;Älvsbyn;tolv", "rad 1", "Rubrikerna känns inte")
    yield Broken("a table of something", lambda: "Namn;Stadium\nSkolan;7-9", "rad 1", "Rubrikerna")
    yield Broken("headings alone", lambda: a_long_table(), "", "inga siffror")
    yield Broken("notes alone", lambda: a_wide_table(), "", "inga siffror")


def of_bras_tables() -> Iterator[Broken]:
    """Return what goes wrong in Brå's tables."""

    def long(name: str, row: str, where: str, words: str) -> Broken:
        return Broken(f"long: {name}", lambda: a_long_table(_A_LONG_ROW, row), where, words)

    def wide(name: str, row: str, where: str, words: str) -> Broken:
        return Broken(f"wide: {name}", lambda: a_wide_table(row), where, words)

    count, rate = "rad 3, Antal", "rad 3, /100 000 inv"
    yield long("unknown municipality", "Rån;Älvsby;2024;;3;1", "rad 3, Region", "Älvsby")
    yield long("no area", "Rån;;2024;;3;1", "rad 3, Region", "Området saknas")
    yield long("mojibake", "Rån;Ã„lvsbyn;2024;;3;1", "rad 3, Region", "okänt")
    yield long("ASCII alone", "Rån;Alvsbyn;2024;;3;1", "rad 3, Region", "okänt")
    yield long("no offence", ";Älvsbyn;2024;;3;1", "rad 3, Brott", "Brottstypen saknas")
    yield long("unknown period", "Rån;Älvsbyn;i fjol;;3;1", "rad 3, År", "i fjol")
    yield long("month that isn't", "Rån;Älvsbyn;2024;Quintilis;3;1", "rad 3, Period", "Quintilis")
    yield long("thirteenth month", "Rån;Älvsbyn;2024;2024-13;3;1", "rad 3, Period", "2024-13")
    yield long("no year", "Rån;Älvsbyn;;;3;1", "rad 3, År", "är inte en period")
    yield long("year of the future", "Rån;Älvsbyn;2027;;3;1", count, "har inte börjat")
    yield long("year nought", "Rån;Älvsbyn;0000;;3;1", "rad 3, År", "är inte en period")
    yield long("letters in a number", "Rån;Älvsbyn;2024;;1O;1", count, "”1O” är inte ett tal")
    yield long("negative count", "Rån;Älvsbyn;2024;;-3;1", count, "mindre än noll")
    yield long("half an offence", "Rån;Älvsbyn;2024;;3,5;1", count, "heltal")
    yield long("two values in a cell", "Rån;Älvsbyn;2024;;12 34;1", count, "12 34")
    yield long("no count", "Rån;Älvsbyn;2024;;;1", count, "tom")
    yield long("NaN", "Rån;Älvsbyn;2024;;NaN;1", count, "inte ett tal")
    yield long("infinity", "Rån;Älvsbyn;2024;;inf;1", count, "inte ett tal")
    yield long("exponent", "Rån;Älvsbyn;2024;;1e9;1", count, "inte ett tal")
    yield long("other digits", "Rån;Älvsbyn;2024;;١٢;1", count, "inte ett tal")
    yield long("a number too large", "Rån;Älvsbyn;2024;;9999999999999;1", count, "för stort")
    yield long("a hundred thousand digits", f"Rån;Älvsbyn;2024;;{'9' * 100_000};1", count, "stort")
    yield long("faulty rate", "Rån;Älvsbyn;2024;;3;ett", rate, "”ett” är inte ett tal")
    yield long("negative rate", "Rån;Älvsbyn;2024;;3;-1", rate, "mindre än noll")
    yield long("rate too large", "Rån;Älvsbyn;2024;;3;99999999999", rate, "för stort")
    yield long("contradiction", "misshandel ;2560;2024;;13;152", count, "Rad 2 säger något annat")
    yield Broken(
        "table without a year",
        lambda: "Kommun;Antal;Per 100 000 inv.\nÄlvsbyn;12;152",
        "rad 1",
        "vilket år",
    )
    yield wide("letters", "Misshandel;tio;1;2;3", "rad 5, 2023 Antal", "”tio” är inte ett tal")
    yield wide("negative", "Misshandel;1;2;-3;4", "rad 5, 2024 Antal", "mindre än noll")
    yield wide("empty cell", "Misshandel;1;2;;4", "rad 5, 2024 Antal", "Cellen är tom")
    yield wide("rate", "Misshandel;1;x y;3;4", "rad 5, 2023 Per 100 000 inv.", "x y")
    yield Broken(
        "wide: no area",
        lambda: "Brottstyp;2023;2024\nMisshandel;1;2",
        "rad 2, Brottstyp",
        "Området saknas",
    )
    yield Broken(
        "wide: months of no year",
        lambda: "Brottstyp;Kommun;Januari;Februari\nMisshandel;Älvsbyn;1;2",
        "rad 1",
        "vilket år månaderna",
    )
    yield Broken(
        "wide: same year twice",
        lambda: "Brottstyp;Kommun;2024;2024\nMisshandel;Älvsbyn;1;2",
        "rad 1, 2024",
        "två kolumner",
    )
    yield Broken(
        "wide: unknown area above the offences",
        lambda: "Brottstyp;2023;2024\nÄlvsbyn;;\nMisshandel;1;2\nPiteo;;\nMisshandel;3;4",
        "rad 4, Brottstyp",
        "Piteo",
    )
    yield Broken(
        "wide: rate without count",
        lambda: "Brottstyp;Kommun;Mått;2024\nRån;Älvsbyn;Per 100 000 inv.;12",
        "rad 2, 2024",
        "Antalet saknas",
    )
    yield Broken(
        "wide: subdivisions that contradict",
        lambda: a_wide_table("Misshandel;1;2;3;4", "Misshandel;5;6;7;8"),
        "rad 6, 2023 Antal",
        "Rad 5 säger något annat",
    )
    yield Broken(
        "formula without a value",
        _formula,
        "Cell D2",
        "är en formel vars resultat inte finns i filen",
        "fil.xlsx",
    )
    yield Broken(
        "error of a formula",
        lambda: a_workbook(_LONG_HEADINGS, ["Misshandel", "Älvsbyn", 2024, "#DIV/0!", 3]),
        "Cell D2",
        "visar ett fel: #DIV/0!",
        "fil.xlsx",
    )
    yield Broken(
        "a truth for a number",
        lambda: a_workbook(_LONG_HEADINGS, ["Misshandel", "Älvsbyn", 2024, True, 3]),
        "rad 2, Antal",
        "inte ett tal",
        "fil.xlsx",
    )


def of_koladas_files() -> Iterator[Broken]:
    """Return what goes wrong in Kolada's JSON."""

    def entry(name: str, where: str, words: str, value: object = 1, **fields: object) -> Broken:
        made = kolada(an_entry(), an_entry(value, **fields))
        return Broken(f"Kolada: {name}", lambda: made, where, words, "kolada.json")

    def whole(name: str, text: str | bytes, where: str, words: str) -> Broken:
        return Broken(f"Kolada: {name}", lambda: text, where, words, "kolada.json")

    broken, other = "inte hel JSON", "inte Koladas JSON"
    good = kolada(an_entry(), an_entry(municipality="2581"))
    yield whole("cut off", good[:-40], "post 2", broken)
    yield whole("cut off in the head", '{"count": 2, "val', "", broken)
    yield whole("another interface", '{"error": "Not found"}', "", other)
    yield whole("no object", '[{"kpi": "N07403"}]', "", other)
    yield whole("no list", '{"values": {"kpi": "N07403"}}', "", other)
    yield whole("empty object", "{}", "", other)
    yield whole("nothing in it", '{"values": []}', "", "inga siffror")
    yield whole("comma lost", good.replace("}, {", "} {", 1), "post 1", broken)
    yield whole("words for entries", '{"values": ["N07403"]}', "post 1, values", "inte ett objekt")
    yield whole("entries of others", '{"values": [{"code": 1}]}', "post 1, kpi", "id saknas")
    yield whole("deep", '{"values": ' + "[" * 100_000, "post 1", "")
    yield whole("NaN", good.replace("812.5", "NaN", 1), "post 1, value", "inte är ett tal")
    yield whole(
        "infinity", good.replace("812.5", "-Infinity", 1), "post 1, value", "inte är ett tal"
    )
    yield whole("endless", good.replace("812.5", "9" * 5000, 1), "post 1, value", "inte är ett tal")
    # JSON is UTF-8, so any other letters are another's.
    yield whole("Windows", good.encode().replace(b"N07403", b"N0\xe503"), "", "bokstäver")
    yield entry("a place that isn't", "post 2, municipality", "9999", municipality="9999")
    yield entry("a place in numbers", "post 2, municipality", "saknas", municipality=2560)
    yield entry("half a sign", "post 2, municipality", "är okänt", municipality="\ud800")
    yield entry("a null", "post 2, kpi", "är inte ett nyckeltals id", kpi="N07403\x00")
    yield entry("no key figure's id", "post 2, kpi", "är inte ett nyckeltals id", kpi="våld")
    yield entry("no year", "post 2, period", "är inte ett år", period="2024-13")
    yield entry("a year to come", "post 2, period", "har inte börjat", period=2030)
    yield entry("values of words", "post 2, values", "ingen lista", values="1")
    yield entry("value of words", "post 2, values", "inte ett objekt", values=[1])
    yield entry("text for a number", "post 2, value", "”många” är inte ett tal", value="många")
    yield entry("true", "post 2, value", "inte ett tal", value=True)
    yield entry("too large", "post 2, value", "för stort", value=10**12)
    third = [{"gender": "X", "value": 1}]
    yield entry("a third gender", "post 2, gender", "Kön ska vara", values=third)
    yield entry("contradiction", "post 2, value", "Post 1 säger något annat", value=813)
    named = json.dumps({"values": [{"id": "N07403", "title": " "}]})
    yield whole("no name", named, "post 1, title", "namn saknas")
    named = json.dumps({"values": [{"id": 7403, "title": "Våld"}]})
    yield whole("no id", named, "post 1, id", "är inte ett nyckeltals id")


def of_plain_files() -> Iterator[Broken]:
    """Return what goes wrong in the portal's own CSV."""

    def row(name: str, text: str, where: str, words: str) -> Broken:
        return Broken(f"plain: {name}", lambda: plain(text), where, words)

    def new(name: str, text: str, where: str, words: str) -> Broken:
        made = plain(text, headings=_DEFINED)
        return Broken(f"plain: {name}", lambda: made, where, words)

    yield row("no indicator", ";2560;2024;;1;;;;", "rad 2, indikator", "Indikatorn saknas")
    yield row("unknown", "brott;2560;2024;;1;;;;", "rad 2, indikator", "”brott” finns inte")
    yield row("area", "folkmangd;Elvsby;2024;;1;;;;", "rad 2, omrade", "Elvsby")
    yield row("police area", "folkmangd;lpo Boden;2024;;1;;;;", "rad 2, omrade", "lpo Boden")
    yield row("period", "folkmangd;2560;2024K5;;1;;;;", "rad 2, period", "2024K5")
    yield row("future", "folkmangd;2560;2027-01;;1;;;;", "rad 2, period", "har inte börjat")
    yield row("gender", "folkmangd;2560;2024;Q;1;;;;", "rad 2, kon", "Kön ska vara")
    yield row("empty value", "folkmangd;2560;2024;;;;;;", "rad 2, varde", "tom")
    yield row("people in parts", "folkmangd;2560;2024;;1,5;;;;", "rad 2, varde", "heltal")
    yield row("remark", "folkmangd;2560;2024;;1;;;;bra", "rad 2, anmarkning", "preliminär")
    yield row("both", "folkmangd;2560;2024;;1;;;;saknas", "rad 2, anmarkning", "både en siffra")
    yield row("lower", "folkmangd;2560;2024;;5;;6;7;", "rad 2, nedre", "större än värdet")
    yield row("upper", "folkmangd;2560;2024;;5;;3;4;", "rad 2, ovre", "mindre än värdet")
    yield row("half interval", "folkmangd;2560;2024;;5;;3;;", "rad 2, ovre", "både en nedre")
    yield row("rate", "folkmangd;2560;2024;;5;många;;;", "rad 2, per_100000", "många")
    yield Broken(
        "plain: every fault of a row",
        lambda: plain("folkmangd;Elvsby;i fjol;?;ett;;;;"),
        "rad 2, varde",
        "”ett” är inte ett tal",
    )
    yield Broken(
        "plain: contradiction",
        lambda: plain("folkmangd;2560;2024;;1;;;;", "Folkmängd;Älvsbyn;2024;T;2;;;;"),
        "rad 3, varde",
        "Rad 2 säger något annat",
    )
    yield Broken("plain: heading", lambda: "indikator;omrade;varde", "rad 1, period", "saknas")
    twice = "indikator;omrade;period;varde;varde"
    yield Broken("plain: heading twice", lambda: twice, "rad 1, varde", "två gånger")
    yield new("kind", "ny;2560;2024;;1;;;;;Ny;väder;antal;", "rad 2, slag", "Skriv något av")
    yield new("unit", "ny;2560;2024;;1;;;;;Ny;NTU;meter;", "rad 2, enhet", "Skriv något av")
    yield new("better", "ny;2560;2024;;1;;;;;Ny;NTU;%;upp", "rad 2, riktning", "Skriv något av")
    yield new("people in %", "ny;2560;2024;;1;;;;;Ny;folkmängd;%;", "rad 2, enhet", "i antal")
    long_name = f"ny;2560;2024;;1;;;;;{'x' * 161};NTU;%;"
    yield new("long name", long_name, "rad 2, namn", "högst 160 tecken")
    yield new("signs alone", "ny;2560;2024;;1;;;;;!!!;NTU;%;", "rad 2, namn", "bokstäver")
    yield new("over 100 %", "ny;2560;2024;;101;;;;;Ny;NTU;%;", "rad 2, varde", "0 och 100")
    yield Broken(
        "plain: indicators without kind", lambda: "indikator;namn\nny;Ny", "rad 1, slag", "saknas"
    )


EVERY = [*of_whole_files(), *of_bras_tables(), *of_koladas_files(), *of_plain_files()]
