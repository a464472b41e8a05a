"""Write the text at the top of a package.

What it is, and how it is checked without us.
"""

from __future__ import annotations

from typing import Any

from pledges.records import layout

_PUBLIC = """\
MEDBORGARLÖFTE – ARKIVPAKET
{rule}
{title}
{parties}

VAD DET HÄR ÄR
Ett medborgarlöfte är något som en eller flera kommuner och Polisen lovar dem som bor där. Det här
paketet är löftet med det som hör till det, gjort {made_at} av {portal} {version}.

  documents/    Undertecknade dokument som PDF, exakt de bytes som undertecknades (PDF/A, PAdES).
  data/         Uppgifterna som JSON (UTF-8). Varje fil säger först vad den är och vad varje kolumn
                betyder. Rader nämner varandra med "id".
  manifest.json Vad paketet är av, och varje fil med storlek, kontrollsumma och vad den är.
{secret_sv}
SÅ PRÖVAR DU DET, UTAN OSS
  1. Packa upp. Öppna mappen i en terminal.
  2. Kör:  sha256sum -c manifest-sha256.txt
     (macOS: shasum -a 256 -c manifest-sha256.txt)
     Varje rad ska sluta med OK: då är ingen fil ändrad sedan paketet gjordes.
  3. Underskrifterna i ett dokument prövas med Adobe Acrobat Reader, med pdfsig (poppler) eller i
     EU:s tjänst https://ec.europa.eu/digital-building-blocks/DSS/webapp-demo/validation
Formatet heter {format} {format_version} och är beskrivet i docs/archive-package.md hos portalen.

------------------------------------------------------------------------------------------------

CITIZEN PLEDGE – ARCHIVE PACKAGE

WHAT THIS IS
A citizen pledge (medborgarlöfte) is what one or several Swedish municipalities and the police
promise those who live there. This package is the pledge with what belongs to it, made {made_at}
by {portal} {version}.

  documents/    Signed documents as PDF: the very bytes that were signed (PDF/A, PAdES).
  data/         The records as JSON (UTF-8). Each file says first what it is and what each column
                holds (in Swedish). Rows name one another by "id".
  manifest.json What the package is of, and every file with size, checksum and what it is.
{secret_en}
HOW TO CHECK IT WITHOUT US
  1. Unpack it. Open the folder in a terminal.
  2. Run:  sha256sum -c manifest-sha256.txt
     Every line must end with OK: then no file has changed since the package was made.
  3. Check the signatures of a document with Adobe Acrobat Reader, pdfsig (poppler) or the EU's
     service, https://ec.europa.eu/digital-building-blocks/DSS/webapp-demo/validation
The format is called {format} {format_version}.
"""

_HAS_SECRETS_SV = """
Det som är hemligt eller rör enskilda ligger för sig i mappen "{folder}", om den följer med. Det
som ligger utanför den är offentligt, är helt för sig och kan lämnas ut ensamt: ta bort mappen
"{folder}" före utlämnandet.
"""
_HAS_SECRETS_EN = """
What is secret or about persons lies by itself in the folder "{folder}", if it came along. All that
lies outside of it is public, is whole by itself and can be handed out alone: take the folder
"{folder}" away before you do.
"""

_OF_SECRETS = """\
SEKRETESS OCH PERSONUPPGIFTER – LÄMNA INTE UT UTAN PRÖVNING
{rule}
{title}

Den här mappen hör till ett arkivpaket av ett medborgarlöfte, gjort {made_at}. Här ligger det
som allmänheten inte kan läsa i portalen: insatsers verkliga dagar och platser, interna
anteckningar, utkast, undersökningars summor, det som invånare har skrivit, granskningsbeslut,
vilka personer som har gjort vad, och historiken. En begäran om att få ta del av det prövas från
fall till fall (offentlighets- och sekretesslagen 2009:400).

  data/         Samma tabeller som i mappen ovanför: här de rader och kolumner som inte är
                offentliga. Rader med samma "id" är samma rad.
  history/      Alla ändringar: när, av vem, hur raden var före och efter.
  documents/    Dokument på vägen till det färdiga.

Pröva mappen:  sha256sum -c manifest-sha256.txt   (körs i den här mappen)
Den hör ihop med filen manifest.json i mappen ovanför: public_manifest_sha256 i den här mappens
manifest.json är dess kontrollsumma.

SECRET AND PERSONAL: DO NOT HAND OUT WITHOUT A REVIEW
This folder belongs to an archive package of a citizen pledge. It holds what the public can't read
in the portal. Check it with sha256sum -c manifest-sha256.txt, run in this folder.
"""


def readme(manifest: dict[str, Any], *, secret: bool) -> str:
    """Return the text of a layer's README, from what its manifest tells."""
    pledge = manifest["pledge"]
    return (_OF_SECRETS if secret else _PUBLIC).format(
        rule="=" * 60,
        title=f"{pledge['title']} ({pledge['period']})",
        parties=", ".join(pledge["given_by"]),
        made_at=manifest["made_at"][:10],
        portal=manifest["portal"]["name"],
        version=manifest["portal"]["version"],
        format=manifest["format"],
        format_version=manifest["version"],
        secret_sv=_HAS_SECRETS_SV.format(folder=layout.SECRETS),
        secret_en=_HAS_SECRETS_EN.format(folder=layout.SECRETS),
    )
