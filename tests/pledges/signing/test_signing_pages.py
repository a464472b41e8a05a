"""Signing by clicking.

Who sees what, who may do what, and what comes of it.
"""

from __future__ import annotations

import re
import threading
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from pledge_portal.accounts.models import Role
from pledge_portal.pages.refusals import Refused
from pledges.documents import store
from pledges.documents.paper_scan import take_scan
from pledges.models import (
    Decline,
    PaperScan,
    Pledge,
    PledgeDocument,
    ReturnedDocument,
    Signatory,
    Signature,
    SigningWay,
    Way,
)
from pledges.signing import keys, outside
from tests.builders import a_municipality, a_person, a_scan_that_counts, a_superuser
from tests.pledges.actions.test_recording_pages import words
from tests.pledges.signing.conftest import Adopted, a_scan, logged_in

pytestmark = pytest.mark.django_db


def page_of(signatory: Signatory, name: str = "") -> str:
    return f"/arbetsyta/underskrifter/{signatory.pk}/{name}"


def sent(content: bytes, name: str = "fil.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def signs(client: Client, adopted: Adopted, signatory: Signatory) -> HttpResponse:
    data = {"document_sha256": adopted.sha256(), "has_read": "on"}
    return client.post(page_of(signatory, "underteckna/"), data, follow=True)


def test_who_prepares_says_how_and_as_whom_and_the_signatory_signs(adopted: Adopted) -> None:
    coordinator = logged_in(adopted.coordinator)
    start = words(coordinator.get("/arbetsyta/"))
    assert "Bestäm hur Johan Dahlqvist undertecknar löftet." in start
    data = {"way": "key", "person": adopted.signer.pk, "key_name": ""}
    done = coordinator.post(page_of(adopted.mayor, "satt/"), data, follow=True)
    assert "Det är sparat hur Johan Dahlqvist undertecknar." in words(done)
    signer = logged_in(adopted.signer)
    assert "Löftet väntar på din underskrift." in words(signer.get("/arbetsyta/"))
    shown = signer.get(page_of(adopted.mayor))
    assert adopted.sha256() in shown.content.decode()
    pdf = signer.get(page_of(adopted.mayor, "dokument.pdf"))
    assert pdf.content == adopted.document()
    assert pdf.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in pdf.headers["Content-Security-Policy"]
    assert "object-src 'self'" in shown.headers["Content-Security-Policy"]
    assert "Johan Dahlqvist har undertecknat." in words(signs(signer, adopted, adopted.mayor))
    signature = Signature.objects.get()
    assert (signature.way, signature.signatory) == (Way.KEY, adopted.mayor)
    # Once more does nothing, and says what is so.
    assert "Johan Dahlqvist har undertecknat." in words(signs(signer, adopted, adopted.mayor))
    assert Signature.objects.count() == 1


def test_nobody_signs_without_showing_the_second_factor_again(adopted: Adopted) -> None:
    adopted.set_way(adopted.mayor, Way.KEY, adopted.signer)
    page = page_of(adopted.mayor, "underteckna/")
    for client in (
        logged_in(adopted.signer, confirmed=False),
        logged_in(adopted.signer, seconds_ago=3600),
    ):
        for answer in (
            client.get(page),
            client.post(page, {"document_sha256": adopted.sha256(), "has_read": "on"}),
        ):
            assert answer.status_code == 302
            to = answer.headers["Location"]
            assert to.startswith("/arbetsyta/konto/bekrafta/kod/?next=")
    assert not Signature.objects.exists()


def test_a_password_shown_again_is_no_second_factor(adopted: Adopted) -> None:
    adopted.set_way(adopted.mayor, Way.KEY, adopted.signer)
    client = logged_in(adopted.signer)
    session = client.session
    (record,) = session["account_authentication_methods"]
    session["account_authentication_methods"] = [{**record, "method": "password"}]
    session.save()
    assert client.get(page_of(adopted.mayor, "underteckna/")).status_code == 302


def test_nobody_signs_for_somebody_else(adopted: Adopted) -> None:
    adopted.set_way(adopted.mayor, Way.KEY, adopted.signer)
    other = a_person("annan@example.se", Role.SIGNATORY, adopted.municipality)
    for person in (other, adopted.police_signer, adopted.coordinator, a_superuser()):
        for act in ("underteckna/", "avboj/"):
            answer = logged_in(person).get(page_of(adopted.mayor, act))
            assert answer.status_code in {403, 404}, (person, act)
    # Who loses the role can't sign any longer, although it is said that they do.
    adopted.signer.memberships.all().delete()
    assert logged_in(adopted.signer).get(page_of(adopted.mayor, "underteckna/")).status_code == 403


def test_only_the_partys_own_people_say_how_it_signs(adopted: Adopted) -> None:
    elsewhere = a_person("ovrig@example.se", Role.EDITOR, a_municipality("Arvika"))
    for person in (adopted.police_editor, adopted.signer, elsewhere):
        answer = logged_in(person).get(page_of(adopted.mayor, "satt/"))
        assert answer.status_code in {403, 404}
    assert logged_in(adopted.police_editor).get(page_of(adopted.chief, "satt/")).status_code == 200
    stranger = {"way": "key", "person": adopted.police_signer.pk, "key_name": ""}
    refused = logged_in(adopted.coordinator).post(page_of(adopted.mayor, "satt/"), stranger)
    assert refused.status_code == 422
    nobody = {"way": "key", "person": "", "key_name": ""}
    refused = logged_in(adopted.coordinator).post(page_of(adopted.mayor, "satt/"), nobody)
    assert "behöver ett konto" in words(refused)
    assert not SigningWay.objects.exists()


def test_a_key_belongs_to_its_party(adopted: Adopted, settings, tmp_path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "alvsbyn").mkdir()
    (tmp_path / "alvsbyn" / "kommunalrad.p12").write_bytes(b"x")
    settings.SIGNING_KEYS, settings.DEMONSTRATION = str(tmp_path), False
    assert keys.key_names(adopted.mayor) == ["kommunalrad"]
    assert keys.key_names(adopted.chief) == []
    assert keys.folder_name(adopted.chief) == "polisen-pitea-alvdal"
    with pytest.raises(Refused):
        keys.backend_of(adopted.mayor, "../alvsbyn/kommunalrad")
    with pytest.raises(Refused):
        keys.backend_of(adopted.mayor, "")


def test_a_key_of_the_operators_signs(adopted: Adopted, settings, tmp_path) -> None:  # type: ignore[no-untyped-def]
    from pledges.documents.trusted_authorities import demo_authority

    key = demo_authority().issue("Johan", "Kommun")
    (tmp_path / "alvsbyn").mkdir()
    (tmp_path / "alvsbyn" / "kommunal-rad.p12").write_bytes(key.pkcs12)
    settings.SIGNING_KEYS = str(tmp_path)
    settings.SIGNING_KEY_PASSPHRASES = {"ALVSBYN_KOMMUNAL_RAD": key.passphrase.decode()}
    data = {"way": "key", "person": adopted.signer.pk, "key_name": "kommunal-rad"}
    logged_in(adopted.coordinator).post(page_of(adopted.mayor, "satt/"), data)
    signer = logged_in(adopted.signer)
    settings.SIGNING_KEY_PASSPHRASES["ALVSBYN_KOMMUNAL_RAD"] = "fel"
    assert "Lösenordet öppnar inte nyckelfilen." in words(signs(signer, adopted, adopted.mayor))
    assert not Signature.objects.exists()
    # Taken up again when the operator has mended it.
    settings.SIGNING_KEY_PASSPHRASES["ALVSBYN_KOMMUNAL_RAD"] = key.passphrase.decode()
    assert "har undertecknat" in words(signs(signer, adopted, adopted.mayor))
    assert Signature.objects.get().certificate_name == "DEMO Johan"


def test_a_signing_broken_off_before_it_is_kept_can_be_done_again(
    adopted: Adopted, monkeypatch: pytest.MonkeyPatch
) -> None:
    adopted.set_way(adopted.mayor, Way.KEY, adopted.signer)
    signer = logged_in(adopted.signer)
    real = PledgeDocument.store

    def broken_off(*_: object, **_times: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(PledgeDocument, "store", broken_off)
    with pytest.raises(ConnectionError):
        signs(signer, adopted, adopted.mayor)
    assert not Signature.objects.exists()
    assert PledgeDocument.objects.get().step == 0
    monkeypatch.setattr(PledgeDocument, "store", real)
    signs(signer, adopted, adopted.mayor)
    assert Signature.objects.count() == 1


def test_it_is_signed_what_was_read_and_in_turn(adopted: Adopted) -> None:
    adopted.set_way(adopted.mayor, Way.KEY, adopted.signer)
    adopted.set_way(adopted.chief, Way.KEY, adopted.police_signer)
    early = signs(logged_in(adopted.police_signer), adopted, adopted.chief)
    assert "Det är Johan Dahlqvist som ska underteckna nu." in words(early)
    other = {"document_sha256": "0" * 64, "has_read": "on"}
    refused = logged_in(adopted.signer).post(page_of(adopted.mayor, "underteckna/"), other)
    assert "Dokumentet är ett annat nu. Läs det igen." in words(refused)
    unread = {"document_sha256": adopted.sha256()}
    refused = logged_in(adopted.signer).post(page_of(adopted.mayor, "underteckna/"), unread)
    assert refused.status_code == 422
    assert not Signature.objects.exists()


def test_who_says_no_is_not_asked_until_somebody_does(adopted: Adopted) -> None:
    adopted.set_way(adopted.mayor, Way.KEY, adopted.signer)
    signer, coordinator = logged_in(adopted.signer), logged_in(adopted.coordinator)
    data = {"document_sha256": adopted.sha256(), "reason": "Åtagande 3 är för vagt."}
    done = signer.post(page_of(adopted.mayor, "avboj/"), data, follow=True)
    assert "Du har avböjt." in words(done)
    assert "Johan Dahlqvist har avböjt att underteckna." in words(
        signs(signer, adopted, adopted.mayor)
    )
    assert "Johan Dahlqvist har avböjt" in words(coordinator.get("/arbetsyta/"))
    assert "Åtagande 3 är för vagt." in words(coordinator.get(page_of(adopted.mayor)))
    # The other party sees that, but not why.
    theirs = words(logged_in(adopted.police_editor).get(page_of(adopted.mayor)))
    assert "Har avböjt att underteckna." in theirs
    assert "för vagt" not in theirs
    assert logged_in(adopted.signer).post(page_of(adopted.mayor, "fraga-igen/")).status_code == 403
    asked = coordinator.post(page_of(adopted.mayor, "fraga-igen/"), follow=True)
    assert "Johan Dahlqvist kan underteckna igen." in words(asked)
    signs(signer, adopted, adopted.mayor)
    assert Signature.objects.get().signatory == adopted.mayor
    assert Decline.objects.get().asked_again_by == adopted.coordinator


def test_a_way_stands_once_its_signatory_has_signed(adopted: Adopted) -> None:
    adopted.set_way(adopted.mayor, Way.KEY, adopted.signer)
    signs(logged_in(adopted.signer), adopted, adopted.mayor)
    data = {"way": "paper", "person": "", "key_name": ""}
    refused = logged_in(adopted.coordinator).post(page_of(adopted.mayor, "satt/"), data)
    assert "Johan Dahlqvist har redan undertecknat." in words(refused)


def test_the_command_signs_no_one_who_signs_in_another_way(adopted: Adopted) -> None:
    adopted.set_way(adopted.mayor, Way.PAPER)
    with pytest.raises(Refused, match="ska underteckna på papper"):
        store.sign_document(adopted.mayor, keys.backend_of(adopted.mayor, ""), timezone.now())


def test_the_list_costs_the_same_however_many_wait(adopted: Adopted) -> None:
    client = logged_in(adopted.coordinator)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get("/arbetsyta/underskrifter/")
    adopted.set_way(adopted.mayor, Way.KEY, adopted.signer)
    adopted.set_way(adopted.chief, Way.KEY, adopted.police_signer)
    with CaptureQueriesContext(connection) as many:
        page = client.get("/arbetsyta/underskrifter/")
    assert "Väntar på att Johan Dahlqvist undertecknar först." in words(page)
    assert len(many) <= len(few)


# Given back from outside.


def test_a_file_signed_outside_is_looked_at_and_then_taken(adopted: Adopted) -> None:
    adopted.set_way(adopted.mayor, Way.OUTSIDE, adopted.signer)
    signer = logged_in(adopted.signer)
    content = adopted.signed_outside()
    shown = signer.post(page_of(adopted.mayor, "lamna/"), {"file": sent(content)}, follow=True)
    text = words(shown)
    assert "DEMO Johan Dahlqvist, Älvsbyns kommun" in text
    assert "Namnet i certifikatet är inte" not in text
    assert not Signature.objects.exists()
    returned_document = ReturnedDocument.objects.get()
    untouched = signer.post(
        page_of(adopted.mayor, "lamna/bekrafta/"), {"sha256": returned_document.sha256}
    )
    assert untouched.status_code == 422
    yes = {"sha256": returned_document.sha256, "is_right": "on"}
    done = signer.post(page_of(adopted.mayor, "lamna/bekrafta/"), yes, follow=True)
    assert "Johan Dahlqvist har undertecknat." in words(done)
    signature = Signature.objects.get()
    assert (signature.way, signature.field) == (Way.OUTSIDE, "Signature1")
    assert bytes(signature.document.content) == content
    assert not ReturnedDocument.objects.exists()


def test_another_name_in_the_certificate_is_pointed_out(adopted: Adopted) -> None:
    adopted.set_way(adopted.mayor, Way.OUTSIDE, adopted.signer)
    file = sent(adopted.signed_outside("Eva Ek"))
    page = logged_in(adopted.signer).post(
        page_of(adopted.mayor, "lamna/"), {"file": file}, follow=True
    )
    assert "Namnet i certifikatet är inte undertecknarens." in words(page)
    assert outside.names_match("Åsa Öberg", "DEMO ÅSA Maria ÖBERG")
    assert not outside.names_match("Åsa Öberg", "Åsa Ek")
    assert not outside.names_match("Åsa Öberg", "")


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda a: a.document(), "Filen är inte undertecknad."),
        (lambda a: b"", "Filen är tom."),
        (lambda a: b"\x89PNG\r\n\x1a\n" + bytes(999), "Filen är ingen PDF."),
        (lambda a: a.document()[:-5000], "Filen är avkortad"),
        (lambda a: a.signed_outside(field="underskrift-2"), "på någon annans plats"),
        (lambda a: a.signed_outside(box=(0, 0, 500, 700)), "stämpel utanför din egen rad"),
        (lambda a: b"%PDF-1.7\n" + bytes(30_000_000), "Filen är för stor"),
    ],
)
def test_every_refusal_has_its_sentence(adopted: Adopted, make, sentence: str) -> None:  # type: ignore[no-untyped-def]
    adopted.set_way(adopted.mayor, Way.OUTSIDE, adopted.signer)
    page = page_of(adopted.mayor, "lamna/")
    answer = logged_in(adopted.signer).post(page, {"file": sent(make(adopted))})
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert not ReturnedDocument.objects.exists()


def test_an_earlier_steps_file_is_told(adopted: Adopted) -> None:
    adopted.set_way(adopted.mayor, Way.KEY, adopted.signer)
    stale = adopted.signed_outside("Andreas Nyberg", field="underskrift-2")
    signs(logged_in(adopted.signer), adopted, adopted.mayor)
    adopted.set_way(adopted.chief, Way.OUTSIDE)
    answer = logged_in(adopted.police_editor).post(
        page_of(adopted.chief, "lamna/"), {"file": sent(stale)}
    )
    assert "tidigare version av dokumentet" in words(answer)
    fresh = adopted.signed_outside("Andreas Nyberg", field="underskrift-2")
    outside.give_back(adopted.chief, fresh, by=adopted.police_editor, at=timezone.now())
    outside.confirm(adopted.chief, sha256=ReturnedDocument.objects.get().sha256)
    assert Pledge.objects.public().get() == adopted.pledge
    page = words(Client().get("/alvsbyn/2023-2025/"))
    assert "Elektroniskt, i organisationens egen tjänst" in page
    verified = Client().post("/verifiera/", {"file": sent(fresh)})
    assert "Äkta: filen är löftet som det undertecknades" in words(verified)


def test_a_file_given_back_can_be_thrown_away(adopted: Adopted) -> None:
    adopted.set_way(adopted.mayor, Way.OUTSIDE, adopted.signer)
    outside.give_back(adopted.mayor, adopted.signed_outside(), by=adopted.signer, at=timezone.now())
    logged_in(adopted.signer).post(page_of(adopted.mayor, "lamna/kasta/"))
    assert not ReturnedDocument.objects.exists()
    with pytest.raises(Refused):
        outside.confirm(adopted.mayor, sha256="0" * 64)


# On paper.


def test_a_signature_on_paper_is_never_an_electronic_one(adopted: Adopted) -> None:
    adopted.set_way(adopted.mayor, Way.PAPER)
    adopted.set_way(adopted.chief, Way.KEY, adopted.police_signer)
    coordinator = logged_in(adopted.coordinator)
    today = timezone.localdate().isoformat()
    data = {"signed_on": today, "is_true": "on", "file": sent(a_scan())}
    done = coordinator.post(page_of(adopted.mayor, "papper/"), data, follow=True)
    assert "Skanningen är lämnad. Någon annan ska bekräfta den." in words(done)
    scanned = PaperScan.objects.get()
    scan = bytes(scanned.content)
    assert (scan, scanned.vouched_by) == (take_scan(a_scan()).content, adopted.coordinator)
    assert Client().get("/alvsbyn/2023-2025/underskrift-1.pdf").status_code == 404
    # Whoever handed it in can't confirm it; a colleague, who compares it, can.
    assert "Någon annan som förbereder partens underskrifter" in words(done)
    confirm = page_of(adopted.mayor, "papper/bekrafta/")
    yes = {"sha256": scanned.sha256, "signed_on": today, "is_right": "on"}
    assert coordinator.post(confirm, yes).status_code == 403
    colleague = logged_in(adopted.colleague)
    assert "Jämför skanningen av underskriften av Johan Dahlqvist" in words(
        colleague.get("/arbetsyta/")
    )
    assert colleague.get(page_of(adopted.mayor, "papper/skanning.pdf")).content == scan
    shown = colleague.get(confirm)
    assert "object-src 'self'" in shown.headers["Content-Security-Policy"]
    assert colleague.post(confirm, {"sha256": scanned.sha256}).status_code == 422
    done = colleague.post(confirm, yes, follow=True)
    assert "Underskriften på papper är bekräftad och väntar till i morgon kl." in words(done)
    # Once more says no more, and nothing counts before the day.
    assert colleague.post(confirm, yes).status_code == 302
    early = colleague.post(page_of(adopted.mayor, "papper/rakna/"), follow=True)
    assert "dess dygn har inte gått" in words(early)
    assert not Signature.objects.exists()
    taken = {"reason": "Fel papper."}
    colleague.post(page_of(adopted.mayor, "papper/ta-tillbaka/"), taken)
    assert not PaperScan.objects.exists()
    a_scan_that_counts(
        adopted.mayor,
        content=scan,
        by=adopted.coordinator,
        at=timezone.now() - timedelta(days=1, minutes=1),
        counts=False,
    )
    due = words(colleague.get(page_of(adopted.mayor)))
    assert "räknas inom en timme" in due
    assert "Räkna den nu" in due
    done = colleague.post(page_of(adopted.mayor, "papper/rakna/"), follow=True)
    assert "Johan Dahlqvist har undertecknat." in words(done)
    signs(logged_in(adopted.police_signer), adopted, adopted.chief)
    assert Pledge.objects.public().get() == adopted.pledge

    page = words(Client().get("/alvsbyn/2023-2025/"))
    assert "Johan Dahlqvist har undertecknat på papper." in page
    assert "Undertecknat på papper" in page
    served = Client().get("/alvsbyn/2023-2025/underskrift-1.pdf")
    assert served.content == scan
    assert Client().get("/alvsbyn/2023-2025/underskrift-2.pdf").status_code == 404

    document = Client().get("/alvsbyn/2023-2025/medborgarlofte.pdf").content
    verified = words(Client().post("/verifiera/", {"file": sent(document)}))
    assert "Rätt fil, men undertecknad på papper" in verified
    assert "Äkta" not in verified
    assert re.findall(r"DEMO (\w+ \w+)", verified)[0] == "Andreas Nyberg"
    assert "DEMO Johan Dahlqvist" not in verified


def test_a_pledge_signed_on_paper_alone_has_nothing_electronic_to_examine(
    adopted: Adopted,
) -> None:
    before = adopted.document()
    adopted.set_way(adopted.mayor, Way.PAPER)
    adopted.sign_on_paper(adopted.mayor)
    adopted.set_way(adopted.chief, Way.PAPER, by=adopted.police_editor)
    adopted.sign_on_paper(adopted.chief)
    assert Client().get("/alvsbyn/2023-2025/medborgarlofte.pdf").content == before
    verified = words(Client().post("/verifiera/", {"file": sent(before)}))
    assert "filen har inga elektroniska underskrifter att pröva" in verified
    assert "Medborgarlöftet, undertecknat" not in words(Client().get("/alvsbyn/2023-2025/"))


def test_what_is_no_scan_is_refused(adopted: Adopted) -> None:
    import pikepdf

    def script(pdf: pikepdf.Pdf) -> None:
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")

    def attached(pdf: pikepdf.Pdf) -> None:
        pdf.attachments["a.txt"] = b"x"

    adopted.set_way(adopted.mayor, Way.PAPER)
    client = logged_in(adopted.coordinator)
    for content, sentence in (
        (a_scan(change=script), "skript, länkar eller formulär"),
        (a_scan(change=attached), "bifogad fil"),
        (a_scan(pages=21), "fler än 20 sidor"),
        (a_scan(pages=0), "går inte att läsa"),
        (adopted.document(), "bifogad fil"),
        (b"hej", "ingen PDF och inget foto"),
        (b"\0\0\0\x18ftypheic" + bytes(99), "formatet HEIC"),
        (b"%PDF-1.7\n" + bytes(11 * 1024 * 1024), "för stor"),
    ):
        data = {
            "signed_on": timezone.localdate().isoformat(),
            "is_true": "on",
            "file": sent(content),
        }
        answer = client.post(page_of(adopted.mayor, "papper/"), data)
        assert answer.status_code == 422
        assert sentence in words(answer)
    for day, sentence in (("2099-01-01", "inte varit än"), ("2020-01-01", "inte antaget än")):
        data = {"signed_on": day, "is_true": "on", "file": sent(a_scan())}
        assert sentence in words(client.post(page_of(adopted.mayor, "papper/"), data))
    assert not PaperScan.objects.exists()


# At once.


@pytest.mark.django_db(transaction=True)
def test_two_signings_at_once_make_one_signature(adopted: Adopted) -> None:
    adopted.set_way(adopted.mayor, Way.KEY, adopted.signer)
    clients = [logged_in(adopted.signer) for _ in range(2)]
    address = reverse("sign", args=[adopted.mayor.pk])
    data = {"document_sha256": adopted.sha256(), "has_read": "on"}
    answers: list[int] = []

    def sign(client: Client) -> None:
        try:
            answers.append(client.post(address, data).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=sign, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [302, 302]
    assert Signature.objects.count() == 1
    assert [row.step for row in PledgeDocument.objects.order_by("step")] == [0, 1]
