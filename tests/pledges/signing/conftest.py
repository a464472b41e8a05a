"""What the tests of signing share.

That is an adopted pledge with a real document, and its people.
"""

from __future__ import annotations

import io
import time
import uuid
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
)
from django.conf import settings as configured
from django.db import transaction
from django.test import Client
from django.utils import timezone
from PIL import Image
from pytest_django.fixtures import Settings

from pledge_portal.accounts.models import Role, User
from pledges import lifecycle
from pledges.documents.demo_authority import ensure_demo_authority
from pledges.documents.pledge_document import pdf_for_signing
from pledges.documents.signing import Pkcs12Backend
from pledges.documents.trusted_authorities import demo_authority
from pledges.models import Municipality, Pledge, PledgeDocument, Signatory, SigningWay, Way
from pledges.signing import paper, ways
from tests.builders import a_municipality, a_person, a_pledge, a_scan_that_counts
from tests.pledges.documents.outside_service import sign_outside

UID = uuid.UUID("33333333-2222-4333-8444-555555555555")


@pytest.fixture(scope="session")
def _folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("signing")
    ensure_demo_authority(folder / "demo-authority")
    return folder


@pytest.fixture(scope="session")
def _ready(django_db_setup: None, django_db_blocker: Any, _folder: Path) -> bytes:
    """Give the bytes of a document that waits for its two signatures.

    They are made once.
    """
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, transaction.atomic():
        patch.setattr(configured, "DATA_FOLDER", _folder)
        pledge = a_pledge(a_municipality(), signed=False, uid=UID)
        made = pdf_for_signing(pledge, timezone.now())
        transaction.set_rollback(True)
    return made


@dataclass
class Adopted:
    """An adopted pledge that nobody has signed.

    With those who have to do with it.
    """

    pledge: Pledge
    municipality: Municipality
    mayor: Signatory
    chief: Signatory
    coordinator: User
    colleague: User
    signer: User
    police_editor: User
    police_signer: User

    def set_way(
        self,
        signatory: Signatory,
        way: Way,
        person: User | None = None,
        *,
        by: User | None = None,
    ) -> SigningWay:
        """Say how somebody signs.

        It is said by `by`, or by the coordinator when nobody else is named.
        """
        at, by = timezone.now(), by or self.coordinator
        return ways.set_way(signatory, way=way, key_name="", person=person, by=by, at=at)

    def sign_on_paper(self, signatory: Signatory) -> None:
        """Let a scan count that the coordinator handed in a day ago."""
        at = timezone.now()
        a_scan_that_counts(
            signatory, by=self.coordinator, at=at - timedelta(hours=25), counts=False
        )
        paper.count(signatory, at=at)

    def document(self) -> bytes:
        """Return the document as it is to be signed next."""
        latest = PledgeDocument.objects.latest_of(self.pledge)
        assert latest is not None
        return bytes(latest.content)

    def sha256(self) -> str:
        """Return the fingerprint of that document."""
        latest = PledgeDocument.objects.latest_of(self.pledge)
        assert latest is not None
        return latest.sha256

    def signed_outside(self, name: str = "Johan Dahlqvist", **options: Any) -> bytes:
        """Return the document as a service would sign it for somebody.

        The service uses an authority that is trusted.
        """
        key = demo_authority().issue(name, "Älvsbyns kommun")
        return sign_outside(self.document(), Pkcs12Backend(key.path, key.passphrase), **options)


@pytest.fixture
def adopted(db: None, _ready: bytes, _folder: Path, settings: Settings) -> Adopted:
    settings.DATA_FOLDER = _folder
    municipality = a_municipality()
    pledge = a_pledge(municipality, signed=False, uid=UID)
    lifecycle.adopt(pledge, timezone.now() - timedelta(days=3), _ready)
    pledge = Pledge.objects.get(pk=pledge.pk)
    area = pledge.police_area
    mayor, chief = pledge.signatories.order_by("position")
    return Adopted(
        pledge,
        municipality,
        mayor,
        chief,
        coordinator=a_person("samordnare@example.se", Role.COORDINATOR, municipality),
        colleague=a_person("redaktor@example.se", Role.EDITOR, municipality),
        signer=a_person("johan@example.se", Role.SIGNATORY, municipality),
        police_editor=a_person("polisredaktor@example.se", Role.EDITOR, area),
        police_signer=a_person("andreas@example.se", Role.SIGNATORY, area),
    )


def logged_in(person: User, *, confirmed: bool = True, seconds_ago: float = 1) -> Client:
    """Return a person's browser.

    `confirmed`: they showed their second factor again so long ago.
    """
    client = Client()
    client.force_login(person)
    if confirmed:
        session = client.session
        record = {"method": "mfa", "type": "totp", "reauthenticated": True}
        session[AUTHENTICATION_METHODS_SESSION_KEY] = [{**record, "at": time.time() - seconds_ago}]
        session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(person.pk)
        session.save()
    return client


def a_scan(pages: int = 1, change: Any = None) -> bytes:
    """Return a scan as a scanner makes it: a picture on each page."""
    pdf = pikepdf.new()
    for _ in range(pages):
        page = pdf.add_blank_page(page_size=(595, 842))
        picture = pdf.make_stream(
            bytes(100),
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Image,
            Width=10,
            Height=10,
            ColorSpace=pikepdf.Name.DeviceGray,
            BitsPerComponent=8,
        )
        page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=picture))
        page.obj.Contents = pdf.make_stream(b"500 0 0 700 0 0 cm /Im0 Do")
    if change is not None:
        change(pdf)
    output = io.BytesIO()
    pdf.save(output)
    return output.getvalue()


def a_photo(kind: str = "JPEG", size: tuple[int, int] = (1600, 1200), **saved: Any) -> bytes:
    """Return a photo, red on its left half; a JPEG tells where it was taken."""
    photo = Image.new("RGBA" if kind == "PNG" else "RGB", size, "white")
    photo.paste("red", (0, 0, size[0] // 2, size[1]))
    if kind == "JPEG":
        exif = Image.Exif()
        exif[0x0112], exif[0x010F] = 6, "Hemlig kamera"
        exif.get_ifd(0x8825)[1] = "N"
        saved = {"exif": exif, "comment": b"hemligt", **saved}
    written = io.BytesIO()
    photo.save(written, kind, **saved)
    return written.getvalue()
