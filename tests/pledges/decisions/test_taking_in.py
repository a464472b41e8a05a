"""A pledge signed elsewhere keeps its own document and its own days."""

import io
from datetime import UTC, date, datetime
from typing import Any

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from pledge_portal.accounts.models import Role
from pledge_portal.pages.refusals import Refused
from pledges import lifecycle
from pledges.decided import Decision
from pledges.decisions import taking_in
from pledges.decisions.taking_in import SignedElsewhere, take_in
from pledges.documents.judgement import ScanProblem, ScanResult
from pledges.documents.own_document import check_document
from pledges.documents.renewal import to_renew
from pledges.documents.scan import check_scan
from pledges.models import Pledge, PledgeDocument, PledgeSignedElsewhere, Signature
from tests.builders import a_person, a_pledge, sign
from tests.pages.conftest import Reader
from tests.pledges.signing.conftest import logged_in

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)


def a_document(change: Any = None) -> bytes:
    """Return a document of two pages, with a link."""
    pdf = pikepdf.new()
    for _ in range(2):
        page = pdf.add_blank_page(page_size=(595, 842))
    link = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Link,
        Rect=pikepdf.Array([0, 0, 10, 10]),
        A=pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String("https://example.se/")),
    )
    page.obj.Annots = pikepdf.Array([pdf.make_indirect(link)])
    pdf.Root.OpenAction = pikepdf.Array([page.obj, pikepdf.Name.Fit])
    if change is not None:
        change(pdf)
    output = io.BytesIO()
    pdf.save(output, deterministic_id=True)
    return output.getvalue()


AN_OWN_DOCUMENT = a_document()


def a_draft(**fields: Any) -> Pledge:
    """Make the draft of a pledge of 2018, with what an old text has."""
    defaults = {
        "valid_from": date(2018, 1, 1),
        "valid_to": date(2018, 12, 31),
        "period": "2018",
        "until_replaced": False,
    }
    return a_pledge(signed=False, **{**defaults, **fields})


def days_of(pledge: Pledge) -> dict[int, date]:
    first, second = pledge.signatories.all()
    return {first.pk: date(2017, 12, 11), second.pk: date(2017, 12, 13)}


def a_pledge_signed_elsewhere(**fields: Any) -> Pledge:
    """Take in a pledge of 2018."""
    pledge = a_draft(**fields)
    take_in(
        pledge,
        SignedElsewhere(AN_OWN_DOCUMENT, days_of(pledge)),
        version=None,
        vouched_for="Älvsbyns kommun",
        by=None,
        at=NOW,
    )
    return Pledge.objects.get(pk=pledge.pk)


def test_it_is_taken_in_by_clicking_and_shown_for_what_it_is(reader: Reader) -> None:
    pledge = a_draft()
    place = pledge.municipalities.get()
    client = logged_in(a_person(role=Role.COORDINATOR, place=place))
    address = f"/arbetsyta/loften/{pledge.uid}/beslut/"
    assert "ta-in/" in client.get(address).content.decode()
    page = client.get(f"{address}ta-in/")
    # What would stop a new text is told, and doesn't stop this one.
    assert "Löftets sista dag har redan varit." in page.content.decode()
    assert "<li>Åtagande 1: Åtagandet går inte att följa upp." in page.content.decode()
    assert not page.context["stops"]
    form = {
        "version": str(page.context["form"].initial["version"]),
        "vouched_for": "Älvsbyns kommun",
        "decided_by": "Kommunstyrelsen",
        **{f"day_{key}": day.isoformat() for key, day in days_of(pledge).items()},
    }
    refused = client.post(f"{address}ta-in/", form)
    assert refused.status_code == 422
    for sentence in ("Välj en PDF-fil först.", "Jämför texten med dokumentet", "Se efter i dok"):
        assert sentence in refused.content.decode()
    form |= {"is_the_text": "on", "is_true": "on"}
    answer = client.post(
        f"{address}ta-in/",
        {**form, "file": SimpleUploadedFile("lofte.pdf", AN_OWN_DOCUMENT)},
        follow=True,
    )
    assert "Intaget, undertecknat utanför portalen" in answer.content.decode()
    assert [
        timezone.localdate(signature.signed_at) for signature in Signature.objects.order_by("pk")
    ] == [date(2017, 12, 11), date(2017, 12, 13)]

    page = reader.get("/alvsbyn/2018/").content.decode()
    assert page.count("Undertecknat utanför portalen") == 3
    assert "Löftet undertecknades av Johan Dahlqvist, utanför portalen." in page
    assert "11 december 2017" in page
    assert "Certifikat utfärdat av" not in page
    assert reader.get("/alvsbyn/2018/medborgarlofte.pdf").content == AN_OWN_DOCUMENT
    document = PledgeDocument.objects.public().get()
    page = reader.get(f"/dokument/{document.sha256}/").content.decode()
    assert "Dokumentet är det som Älvsbyns kommun har lämnat in och intygar." in page
    assert "underskrifterna är inte gjorda här" in page
    assert "Portalen har prövat filen" not in page
    assert reader.get(f"/dokument/{document.sha256}.pdf").content == AN_OWN_DOCUMENT


def test_verifying_answers_for_it_truthfully(client: Client) -> None:
    a_pledge_signed_elsewhere()
    for pdf, sentence in (
        (AN_OWN_DOCUMENT, "Dokumentet som Älvsbyns kommun har lämnat in; underskrifterna är inte"),
        (AN_OWN_DOCUMENT + b"\n% more\n%%EOF\n", "Inte äkta: filen är ändrad"),
    ):
        sent = client.post("/verifiera/", {"file": SimpleUploadedFile("a.pdf", pdf)})
        page = sent.content.decode()
        assert sentence in page
        assert "Äkta:" not in page


def test_nothing_is_ever_made_to_last_of_it() -> None:
    a_pledge_signed_elsewhere()
    assert not to_renew(timezone.now()).exists()


def test_days_file_and_text_are_held() -> None:
    pledge = a_draft()
    first, second = pledge.signatories.all()

    def taken(
        document: bytes = AN_OWN_DOCUMENT, decision: Decision | None = None, **days: date
    ) -> None:
        posted = days_of(pledge) | {
            signatory.pk: days[name]
            for name, signatory in (("first", first), ("second", second))
            if name in days
        }
        signed = SignedElsewhere(document, posted, decision or Decision())
        take_in(pledge, signed, version=None, vouched_for="Kommunen", by=None, at=NOW)

    # A day to come, one after the pledge had ended, and slips of the keyboard.
    for day in (date(2026, 12, 1), date(2019, 1, 1), date(1917, 12, 15), date(2007, 12, 15)):
        with pytest.raises(Refused) as refused:
            taken(second=day)
        assert list(refused.value.faults) == [f"day_{second.pk}"]
    with pytest.raises(Refused) as refused:
        taken(decision=Decision(date(2019, 1, 1), "Kommunstyrelsen"))
    assert list(refused.value.faults) == ["decided_on"]
    with pytest.raises(Refused, match="ingen PDF"):
        taken(b"hej")
    pledge.commitments.filter(number=1).update(text_sv="Ring 19121212-1212.")
    with pytest.raises(Refused, match="personuppgift"):
        taken()
    pledge.commitments.filter(number=1).update(text_sv="Vi ringer.")
    taken()
    assert PledgeSignedElsewhere.objects.get().pages == 2
    # The same file is no other pledge's document.
    other = a_draft(period="2019", valid_from=date(2019, 1, 1), valid_to=date(2019, 12, 31))
    with pytest.raises(Refused, match="redan dokumentet för Medborgarlöfte 2018"):
        take_in(
            other,
            SignedElsewhere(AN_OWN_DOCUMENT, days_of(other)),
            version=None,
            vouched_for="Kommunen",
            by=None,
            at=NOW,
        )
    assert other.adopted_at is None


def test_an_old_pledge_ends_where_the_next_begins() -> None:
    a_pledge()
    old = a_pledge_signed_elsewhere(until_replaced=True)
    standing = lifecycle.standing(Pledge.objects.with_standing().get(pk=old.pk), date(2026, 11, 30))
    assert standing.state == lifecycle.State.REPLACED
    assert standing.last_day == date(2022, 12, 31)


def _script(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = pikepdf.Dictionary(
        S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)")
    )


def _launch(pdf: pikepdf.Pdf) -> None:
    pdf.pages[1].obj.Annots[0].A = pikepdf.Dictionary(S=pikepdf.Name.Launch)


def _attachment(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["a.exe"] = b"MZ"


@pytest.mark.parametrize(
    ("change", "result"),
    [
        (None, ScanResult(pages=2)),
        (_script, ScanResult(ScanProblem.ACTIVE)),
        (_launch, ScanResult(ScanProblem.ACTIVE)),
        (_attachment, ScanResult(ScanProblem.ATTACHMENT)),
    ],
)
def test_a_document_that_acts_is_not_taken(change: Any, result: ScanResult) -> None:
    assert check_document(a_document(change)) == result


def test_no_file_with_film_is_taken_nor_a_scan() -> None:
    def film(pdf: pikepdf.Pdf) -> None:
        del pdf.Root.OpenAction
        pdf.pages[1].obj.Annots = pikepdf.Array(
            [pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.RichMedia)]
        )

    for check in (check_document, check_scan):
        assert check(a_document(film)) == ScanResult(ScanProblem.ACTIVE)


def test_every_problem_of_a_document_has_its_sentence() -> None:
    of_scans = {ScanProblem.NO_PICTURE, ScanProblem.NO_SCAN, ScanProblem.HEIC}
    of_scans |= {ScanProblem.TOO_SMALL, ScanProblem.TOO_MANY_PIXELS}
    assert set(ScanProblem) - set(taking_in._PROBLEMS) == of_scans


def test_the_database_holds_apart_what_is_signed_here_and_elsewhere() -> None:
    pledge = a_pledge(signed=False, adopted=True)
    with pytest.raises(IntegrityError, match="inte både och"), transaction.atomic():
        Signature.objects.create(
            pledge=pledge,
            signatory=pledge.signatories.get(position=1),
            document=PledgeDocument.store(pledge, 1, bytes(PledgeDocument.objects.get().content)),
            signed_at=NOW,
            way="elsewhere",
        )
    PledgeSignedElsewhere.objects.create(
        pledge=pledge, vouched_for="Kommunen", taken_in_at=NOW, pages=1
    )
    with pytest.raises(IntegrityError, match="inte både och"), transaction.atomic():
        sign(pledge, 1)
    for statement in (
        "UPDATE pledges_pledgesignedelsewhere SET pages = 9",
        "DELETE FROM pledges_pledgesignedelsewhere",
    ):
        with (
            pytest.raises(IntegrityError, match="varken ändras"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    signed = a_pledge(period="2030", valid_from=date(2030, 1, 1), valid_to=date(2030, 12, 31))
    with pytest.raises(IntegrityError, match="utan underskrifter"), transaction.atomic():
        PledgeSignedElsewhere.objects.create(
            pledge=signed, vouched_for="K", taken_in_at=NOW, pages=1
        )


def test_the_command_takes_one_in(tmp_path: Any) -> None:
    pledge = a_draft()
    file = tmp_path / "lofte.pdf"
    file.write_bytes(AN_OWN_DOCUMENT)
    call_command("take_in_pledge", "alvsbyn", "2018", str(file), "--signed-on", "2017-12-11")
    signed_elsewhere = PledgeSignedElsewhere.objects.get(pledge=pledge)
    assert (signed_elsewhere.vouched_for, signed_elsewhere.vouched_by) == ("Älvsbyns kommun", None)
    assert {timezone.localdate(signature.signed_at) for signature in Signature.objects.all()} == {
        date(2017, 12, 11)
    }
