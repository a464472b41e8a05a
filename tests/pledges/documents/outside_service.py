"""A service of e-signatures outside the portal.

And what is said of the files it gives back.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import Any

from pyhanko.pdf_utils.content import RawContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.sign import signers
from pyhanko.sign.fields import (
    FieldMDPSpec,
    InvisSigSettings,
    MDPPerm,
    SigFieldSpec,
    SigSeedSubFilter,
    append_signature_field,
)
from pyhanko.stamp import BaseStampStyle, StaticStampStyle

from pledges.documents.event_loops import run_without_loop
from pledges.documents.judgement import Judgement, Refusal, outer_refusal
from pledges.documents.key_settings import SigningBackend
from pledges.documents.returned_document import judge
from tests.pledges.documents.certificates import Authority

MADE_AT = datetime.now(UTC) - timedelta(hours=1)
LINE = "signature-1"
# A stroke: no letters, and so no typeface.
DRAWN = StaticStampStyle(
    background=RawContent(b"0.2 0.2 0.2 rg 0 0 40 4 re f", box=BoxConstraints(width=40, height=4))
)


def sign_outside(
    pdf: bytes,
    key: SigningBackend,
    *,
    field: str = "Signature1",
    box: tuple[int, int, int, int] | None = None,
    certify: MDPPerm | None = None,
    locks: FieldMDPSpec | None = None,
    page: int = 0,
    invisibly: InvisSigSettings | None = None,
    style: BaseStampStyle | None = None,
    **options: Any,
) -> bytes:
    """Return `pdf` as a service of e-signatures would sign it.

    It is signed in a new field, unseen unless boxed. The stamp keeps what the document promises
    unless there is another `style`.
    """
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    if not field.startswith(("signature-", "underskrift-")):
        spec = SigFieldSpec(
            field,
            on_page=page,
            box=box,
            field_mdp_spec=locks,
            invis_sig_settings=invisibly or InvisSigSettings(),
        )
        append_signature_field(writer, spec)
    metadata = signers.PdfSignatureMetadata(
        field_name=field,
        subfilter=SigSeedSubFilter.ADOBE_PKCS7_DETACHED,
        certify=certify is not None,
        docmdp_permissions=certify or MDPPerm.FILL_FORMS,
        **options,
    )
    signer = signers.PdfSigner(metadata, key.signer(), stamp_style=style or DRAWN)
    return bytes(run_without_loop(lambda: signer.sign_pdf(writer)).getvalue())


def judged(before: bytes, after: bytes, root: Authority, **options: Any) -> Judgement:
    asked: dict[str, Any] = {
        "own_field": LINE,
        "earlier_fields": [],
        "later_fields": ["signature-2"],
        "made_at": MADE_AT,
        **options,
    }
    return judge(before, after, trust_roots=[root.trust_root], **asked)


def refusal(before: bytes, after: bytes, root: Authority, **options: Any) -> Refusal | None:
    return outer_refusal(after, before, []) or judged(before, after, root, **options).refusal
