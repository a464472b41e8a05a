"""The parts of the tests' small pledge document.

The tests render, prepare and sign it.
"""

from datetime import UTC, datetime
from pathlib import Path

from pledges.documents.demo_authority import DemoAuthority
from pledges.documents.key_settings import SigningBackend
from pledges.documents.prepare import SignatureField
from pledges.documents.render import Attachment
from pledges.documents.report import Report, TrustRoot
from pledges.documents.signing import Pkcs12Backend, sign
from pledges.documents.stamp import Stamp
from pledges.documents.verify import examine

STATIC = Path(__file__).resolve().parents[3] / "static"
FONTS = STATIC / "fonts"
NAMES = ["signature-1", "signature-2"]
FIELDS = [
    SignatureField("signature-1", "Underskrift av Anna Ödlund för Älvsbyns kommun", "line-1"),
    SignatureField("signature-2", "Underskrift av Bo Čohkka för Polismyndigheten", "line-2"),
]

FACES = "".join(
    f'@font-face {{ font-family: "{family}"; font-weight: {weight};'
    f' src: url("fonts/source-sans-3-{part}-{weight}-normal.woff2") }}'
    for family, part in (("Source Sans 3", "latin"), ("Source Sans 3 Ext", "latin-ext"))
    for weight in (400, 600)
)


def html(body: str, *, style: str = "", language: str = "sv") -> str:
    """Return a whole page around `body`, in the fonts of the project."""
    return f"""<!doctype html><html lang="{language}"><head><meta charset="utf-8">
    <title>Medborgarlöfte för Älvsbyns kommun</title>
    <meta name="description" content="Vad polisen och kommunen lovar"><style>{FACES}
    html {{ font: 11pt "Source Sans 3", "Source Sans 3 Ext" }}
    @page {{ size: A4; margin: 2cm; font: 9pt "Source Sans 3";
             @bottom-right {{ content: "Sida " counter(page) " av " counter(pages) }} }}
    body {{ margin: 0 }}
    .line {{ height: 20mm; width: 80mm; border-bottom: 1pt solid #000; margin: 8mm 0 1mm }}
    {style}</style></head><body><main>{body}</main></body></html>"""


def page_with_lines(number: int, *, page_each: bool = False) -> str:
    """Return a pledge with `number` signature lines.

    They are "line-1", "line-2" ..., each with its name.
    """
    before = ' style="break-before: page"' if page_each else ""
    lines = "".join(
        f'<section{before}><h3>Part {index}</h3><div class="line" id="line-{index}"></div>'
        f"<p>Namn nummer {index}</p></section>"
        for index in range(1, number + 1)
    )
    drawing = (
        "<svg xmlns='http://www.w3.org/2000/svg' width='40' height='20'>"
        "<rect width='40' height='20' fill='%230b4a6f'/></svg>"
    )
    return html(f"""<h1>Medborgarlöfte</h1>
    <p>Vi lovar mer närvaro i Älvsbyn, Čohkka och Åmål: <a href="#sign">underskrifter</a>.</p>
    <ol><li value="2025">Det året gav vi ett löfte.</li></ol>
    <h2>Åtaganden</h2><table><caption>Mål</caption><thead><tr><th scope="col">År</th>
    <th scope="col">Antal</th></tr></thead><tbody><tr><th scope="row">2025</th><td>2</td></tr>
    </tbody></table><p><img alt="Stapel: två hundsök 2025" src="data:image/svg+xml,{drawing}"></p>
    <section style="break-before: page" id="sign"><h2>Underskrifter</h2>{lines}</section>""")


def attachment() -> Attachment:
    """Return the pledge file that goes with the document."""
    return Attachment(
        "medborgarlofte.toml",
        'titel = "Löftet"\n'.encode(),
        "Löftets data",
        "application/toml",
        datetime(2026, 11, 1, tzinfo=UTC),
    )


def stamp(name: str, *, warning: str | None = "DEMO – ingen äkta underskrift") -> Stamp:
    """Return a stamp in the fonts of the project."""
    return Stamp(
        [name, "Ordförande", "Undertecknat elektroniskt 2026-11-23 kl. 08.15"],
        fonts=[FONTS / f"source-sans-3-{part}-400-normal.woff2" for part in ("latin", "latin-ext")],
        bold_fonts=[
            FONTS / f"source-sans-3-{part}-600-normal.woff2" for part in ("latin", "latin-ext")
        ],
        warning=warning,
    )


def backend(demo: DemoAuthority, name: str, organisation: str) -> Pkcs12Backend:
    """Return the key that the demonstration authority gives `name`."""
    key = demo.issue(name, organisation)
    return Pkcs12Backend(key.path, key.passphrase)


def signed(
    pdf: bytes,
    number: int,
    key: SigningBackend,
    *,
    first: bool | None = None,
    timestamp_url: str | None = None,
    signed_at: datetime | None = None,
) -> bytes:
    """Return `pdf` signed in its field "signature-<number>"."""
    return sign(
        pdf,
        field_name=f"signature-{number}",
        backend=key,
        first=number == 1 if first is None else first,
        signer_name="Anna Ödlund",
        reason="Medborgarlöfte",
        location="Älvsbyn",
        stamp=stamp("Anna Čohkka"),
        timestamp_url=timestamp_url,
        signed_at=signed_at,
    )


def report(pdf: bytes, roots: list[TrustRoot]) -> Report:
    """Return what an examination says that expects both signatures."""
    return examine(pdf, trust_roots=roots, expected_fields=NAMES)
