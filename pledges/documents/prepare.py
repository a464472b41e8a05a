"""Make a rendered document ready for its signatures.

Everything that a later signature may not change has to be in place before the first one:
the declaration of PDF/UA-1 beside PDF/A-3a, and one empty, tagged and described signature
field over each signature line.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import pikepdf
from lxml import etree  # type: ignore[import-untyped]
from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from .render import Box, Rendered

# ISO 32000-1, table 165: Print (4) so that the stamp is on paper too, and Locked (128).
WIDGET_FLAGS = 132
# ISO 32000-1, table 219: SignaturesExist (1) and AppendOnly (2).
SIGNATURE_FLAGS = 3

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
# The property that ISO 14289-1, 5 asks for, and the description of its schema that
# ISO 19005-3, 6.6.2.3 asks for, since PDF/A does not know the property.
_UA_DESCRIPTIONS = f"""
<rdf:RDF xmlns:rdf="{_RDF}">
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfuaid:part>1</pdfuaid:part>
</rdf:Description>
<rdf:Description rdf:about=""
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>PDF/UA part</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
</rdf:RDF>"""


@dataclass(frozen=True)
class SignatureField:
    """A signature field to be.

    Its name in the form, what a screen reader says, its line. `name` must not contain a full stop
    (ISO 32000-1, 12.7.3.2); `anchor` is the id that `render` was given.
    """

    name: str
    tooltip: str
    anchor: str


def prepare(
    rendered: Rendered, fields: Sequence[SignatureField], *, language: str = "sv-SE"
) -> bytes:
    """Return the PDF with an empty signature field over each anchor.

    It declares PDF/UA-1 too. `language` (BCP 47) is that of the tooltips. The same input gives the
    same bytes.

    Raises ValueError when names or anchors are doubled, a name is unfit, a tooltip is empty, or
    fields and rendered anchors do not answer to each other one to one.
    """
    _check(rendered, fields)
    with pikepdf.open(io.BytesIO(rendered.pdf)) as pdf:
        _declare_accessible(pdf, language)
        widgets = [
            _add_field(pdf, field, rendered.boxes[field.anchor], language) for field in fields
        ]
        if widgets:
            pdf.Root.AcroForm = Dictionary(Fields=Array(widgets), SigFlags=SIGNATURE_FLAGS)
        for page in pdf.pages:
            if "/Annots" in page:
                # ISO 14289-1, 7.18.3: the tab order is that of the structure.
                page.Tabs = Name.S
        output = io.BytesIO()
        pdf.save(
            output,
            min_version=pdf.pdf_version,
            # The XMP is written by hand; pikepdf would add a property that PDF/A refuses.
            fix_metadata_version=False,
            # Small streams: a reader that opens one object of a large one reads it whole each
            # time, and examining a document of 100 pages took minutes.
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            deterministic_id=True,
        )
    return output.getvalue()


def _check(rendered: Rendered, fields: Sequence[SignatureField]) -> None:
    """Raise ValueError for the first thing wrong with `fields`."""
    names = [field.name for field in fields]
    for name in names:
        if not name or "." in name:
            raise ValueError(f'"{name}" is no name for a signature field.')
        if names.count(name) > 1:
            raise ValueError(f'The signature field "{name}" is given twice.')
    for field in fields:
        if not field.tooltip.strip():
            raise ValueError(f'The signature field "{field.name}" has no tooltip.')
    anchors = [field.anchor for field in fields]
    if sorted(anchors) != sorted(rendered.boxes):
        raise ValueError(
            "Each rendered anchor needs exactly one signature field: rendered "
            f"{sorted(rendered.boxes)}, fields for {sorted(anchors)}."
        )


def _declare_accessible(pdf: Pdf, language: str) -> None:
    """Declare PDF/UA-1 and show the title instead of the file name."""
    xmp = etree.fromstring(
        pdf.Root.Metadata.read_bytes(), parser=etree.XMLParser(resolve_entities=False)
    )
    rdf = xmp.find(f"{{{_RDF}}}RDF")
    rdf.extend(etree.fromstring(_UA_DESCRIPTIONS))
    etree.cleanup_namespaces(xmp, keep_ns_prefixes=["rdf", "pdfuaid"])
    pdf.Root.Metadata = pdf.make_stream(
        b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        + etree.tostring(xmp, encoding="utf-8")
        + b'\n<?xpacket end="r"?>',
        Type=Name.Metadata,
        Subtype=Name.XML,
    )
    preferences = pdf.Root.get("/ViewerPreferences", Dictionary())
    preferences.DisplayDocTitle = True
    pdf.Root.ViewerPreferences = preferences
    if not str(pdf.Root.get("/Lang", "")):
        pdf.Root.Lang = String(language)
    if "/AF" in pdf.Root:
        # WeasyPrint 70 lists every associated file twice.
        files = {file.objgen: file for file in pdf.Root.AF}
        pdf.Root.AF = Array(list(files.values()))


def _add_field(pdf: Pdf, field: SignatureField, box: Box, language: str) -> Object:
    """Put an empty field over `box` and into the structure tree."""
    page = pdf.pages[box.page]
    widget = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Sig,
            T=String(field.name),
            TU=String(field.tooltip),
            Contents=String(field.tooltip),
            F=WIDGET_FLAGS,
            Rect=Array([box.x0, box.y0, box.x1, box.y1]),
            P=page.obj,
            StructParent=box.structure_key,
        )
    )
    appearance = pdf.make_stream(
        b"",
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=Array([0, 0, box.width, box.height]),
        Resources=Dictionary(),
    )
    widget.AP = Dictionary(N=appearance)
    element = _structure_element(pdf, box.structure_key)
    element.Alt = String(field.tooltip)
    element.Lang = String(language)
    # Not an array of one: pyHanko's comparison of revisions knows the widget only under
    # paths that end in .K.Obj and would call every signature suspicious.
    element.K = Dictionary(Type=Name.OBJR, Obj=widget, Pg=page.obj)
    if "/Annots" not in page:
        page.Annots = Array([])
    page.Annots.append(widget)
    return widget


def _structure_element(pdf: Pdf, key: int) -> Object:
    """Return the structure element under `key`, which must be a /Form.

    The key is one of the ParentTree's.
    """
    numbers = pdf.Root.StructTreeRoot.ParentTree.Nums
    for index in range(0, len(numbers), 2):
        if int(numbers[index]) == key and numbers[index + 1].get("/S") == Name.Form:
            return numbers[index + 1]
    raise ValueError(f"The rendered PDF has no form element under the structure key {key}.")
