"""Looking a draft through, approving, adopting and opening it again.

Both parties approve it.
"""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from pledge_portal.accounts.models import Role, User
from pledges.models import Commitment, Pledge, PledgeDocument, Section, TextApproval
from pledges.writing import editing
from pledges.writing.adoption_checklist import Checked, check
from pledges.writing.texts import faults_of
from tests.builders import a_municipality, a_person, a_pledge, sign_by_hand
from tests.pledges.actions.test_recording_pages import words
from tests.pledges.signing.conftest import logged_in
from tests.pledges.writing.conftest import NOW
from tests.pledges.writing.test_pages import page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator(draft: Pledge) -> User:
    place = draft.municipalities.get()
    return a_person(
        "karin@example.se", Role.COORDINATOR, place, first_name="Karin", last_name="Karp"
    )


@pytest.fixture
def registered(draft: Pledge) -> Pledge:
    """Give a draft that lacks nothing that stops it."""
    Pledge.objects.filter(pk=draft.pk).update(registry_number="KS 2026/12")
    draft.refresh_from_db()
    return draft


def looked_through(draft: Pledge, on: date = date(2025, 12, 1)) -> Checked:
    latest = editing.latest_version(draft, NOW)
    return check(draft, latest.contents, latest.number, on)


def approve(client: Client, draft: Pledge, party: str, **said: str) -> str:
    """Press a party's button on the page as it is now.

    Or send what is said instead.
    """
    page = client.get(page_of(draft, "granska/"))
    form = {"part": party, "version": str(page.context["version"].number)}
    return words(client.post(page_of(draft, "godkann/"), form | said, follow=True))


def keys_of(draft: Pledge) -> tuple[str, str]:
    return (
        f"municipality-{draft.municipalities.get().pk}",
        f"policearea-{draft.police_area.pk}",
    )


def adopt(client: Client, draft: Pledge, **said: str) -> str:
    page = client.get(page_of(draft, "granska/"))
    form = {"version": str(page.context["version"].number)}
    return words(client.post(page_of(draft, "granska/"), form | said, follow=True))


@pytest.mark.parametrize(
    ("text", "sentence", "stops"),
    [
        ("Se [här](https://exempel.se/).", "Länken ”här” säger inte vart den leder.", True),
        ("Se [](https://exempel.se/).", "En länk saknar text.", True),
        ("[Brå](http://bra.se/)", "Länken till http://bra.se/ är inte skyddad (https).", False),
        ("[Brå](bra.se)", "Länken bra.se leder ingenstans.", True),
        ("[Brå](https://bra/)", "Adressen https://bra/ är ingen adress.", True),
        ("[Älvsbyn](/finns/inte/alls/)", "Sidan /finns/inte/alls/ finns inte i portalen.", True),
        ("![](/bild.png)", "En bild saknar alternativtext.", True),
        ("![Karta](/bild.png)", "Bilder visas inte i löftet.", True),
        ("# Ett\n\n### Tre", "En rubriknivå är överhoppad.", True),
        ("**Trygghet**", "ser ut som en rubrik", False),
        (" ".join(["ord"] * 36) + ".", "En mening har 36 ord.", False),
        ("Det är MYCKET VIKTIGT ATT veta.", "bara stora bokstäver", False),
    ],
)
def test_faults_of_a_text_are_named(text: str, sentence: str, stops: bool) -> None:
    found = list(faults_of(text, lambda path: path == "/alvsbyn/"))
    assert [fault.stops for fault in found if sentence in fault.sentence] == [stops], found


def test_a_text_without_faults_has_none() -> None:
    text = "## Läget\n\nSe [kommunens sida](/alvsbyn/) och [Brå](https://bra.se/). T.ex. **så**."
    assert not list(faults_of(text, lambda path: path == "/alvsbyn/"))


def test_a_sign_that_no_font_has_stops_the_part_that_it_is_in(registered: Pledge) -> None:
    section = registered.sections.first()
    assert section is not None
    Section.objects.filter(pk=section.pk).update(text_sv="Bra 😀 – 0,2 ‰")
    (point,) = [point for point in looked_through(registered).stops if "U+1F600" in point.sentence]
    assert point.part is not None
    assert point.part.key == section.pk


@pytest.mark.parametrize(
    ("fields", "stops", "notes"),
    [
        ({"text_sv": "Kommunen lagar gatlyktor", "target_unit_sv": "lyktor"}, ["inget sök"], []),
        ({"text_sv": "Polisen besöker hundratals elever", "target_unit_sv": ""}, ["inget sök"], []),
        ({"text_sv": "Insatser mot narkotika i skolan", "target_unit_sv": "hundsök"}, [], []),
        ({"text_sv": "Polisen söker igenom skåpen", "target_unit_sv": "gånger"}, [], []),
        ({"responsible": "municipality"}, [], ["Vem gör det?"]),
        ({"responsible": "both"}, [], []),
        ({"kind": "other"}, [], ["Är slaget rätt?"]),
        ({"kind": "other", "text_sv": "Polisen besöker", "target_unit_sv": "hundar"}, [], []),
    ],
)
def test_a_kind_is_held_against_its_words(
    registered: Pledge, fields: dict[str, str], stops: list[str], notes: list[str]
) -> None:
    commitment = registered.commitments.get(number=1)
    Commitment.objects.filter(pk=commitment.pk).update(**fields)
    checked = looked_through(registered)
    for points, expected in ((checked.stops, stops), (checked.notes, notes)):
        of_it = [p.sentence for p in points if str(p.part) == f"atagande-{commitment.pk}"]
        of_kind = [s for s in of_it if "sök" in s]
        assert len(of_kind) == len(expected)
        assert all(words in sentence for words, sentence in zip(expected, of_kind, strict=True))


def test_a_draft_is_looked_through_part_by_part(registered: Pledge) -> None:
    section = registered.sections.first()
    assert section is not None
    Section.objects.filter(pk=section.pk).update(
        text_sv="Åtagande 9 gör det bättre. Ring 19121212-1212."
    )
    first, second = registered.commitments.order_by("number")[:2]
    Commitment.objects.filter(pk=first.pk).update(
        target_shape="none", target_amount=None, target_period="", target_unit_sv=""
    )
    Commitment.objects.filter(pk=second.pk).update(text_en="In English", target_unit_en="searches")
    found = looked_through(registered)
    stops = {(str(point.part), point.sentence) for point in found.stops}
    assert stops == {
        (f"avsnitt-{section.pk}", "Texten hänvisar till åtagande 9, som inte finns."),
        (f"avsnitt-{section.pk}", "”19121212-1212” ser ut som en personuppgift."),
    }
    of_first = [p.sentence for p in found.notes if str(p.part) == f"atagande-{first.pk}"]
    # Vague before it is called anything else.
    assert of_first == [
        "Åtagandet är vagt. Det saknar antal, vad som räknas och period.",
        "Åtagandet går inte att följa upp. Det saknar mål och indikator.",
        "Engelsk text saknas här, men finns på andra ställen.",
    ]
    assert not any(
        str(point.part) == f"atagande-{second.pk}" and "Engelsk" in point.sentence
        for point in found.notes
    )


def test_what_is_lacking_stops(draft: Pledge) -> None:
    draft.signatories.filter(municipality=None).delete()
    sentences = [point.sentence for point in looked_through(draft).stops]
    assert "Löftet saknar undertecknare för Polisen." in sentences
    assert "Diarienumret saknas." in sentences
    late = [point.sentence for point in looked_through(draft, date(2029, 1, 1)).stops]
    assert "Löftets sista dag har redan varit." in late


@pytest.mark.parametrize(
    ("first_day", "sentence", "stops"),
    [
        (date(2026, 1, 1), "", False),
        (date(2026, 1, 11), "är det 10 dagar utan löfte i Älvsbyns kommun.", False),
        (date(2025, 7, 1), "i förtid i Älvsbyns kommun: sista dagen blir 30 juni 2025.", False),
        (date(2023, 1, 1), "Ett annat löfte börjar gälla samma dag i Älvsbyns kommun.", True),
    ],
)
def test_the_days_are_held_beside_the_earlier_pledge_s(
    registered: Pledge, first_day: date, sentence: str, stops: bool
) -> None:
    a_pledge(registered.municipalities.get(), period="2023-2025", until_replaced=False)
    Pledge.objects.filter(pk=registered.pk).update(valid_from=first_day)
    registered.refresh_from_db()
    found = looked_through(registered, date(2022, 12, 1))
    of_days = [p for p in [*found.stops, *found.notes] if str(p.part) == "uppgifter"]
    if not sentence:
        assert not of_days
    else:
        assert [(sentence in p.sentence, p.stops) for p in of_days] == [(True, stops)]


def test_two_parties_approve_and_the_text_is_adopted_and_locked(
    registered: Pledge, coordinator: User, officer: User, editor: User
) -> None:
    hers, his = logged_in(coordinator), logged_in(officer)
    ours, theirs = keys_of(registered)
    assert "Inte godkänt än." in words(hers.get(page_of(registered, "granska/")))
    assert "Älvsbyns kommun har godkänt texten." in approve(hers, registered, ours)
    assert "Löftet kan antas när alla parter har godkänt texten." in words(
        hers.get(page_of(registered, "granska/"))
    )
    # The other party is told at the workspace's start that the text waits for it.
    assert "väntar på att du läser och godkänner det" in words(his.get("/arbetsyta/"))
    assert "väntar på att du läser" not in words(hers.get("/arbetsyta/"))
    assert "Polisen" in approve(his, registered, theirs)
    assert "väntar på att du läser" not in words(his.get("/arbetsyta/"))

    refused = hers.post(page_of(registered, "granska/"), {"version": "1"})
    assert refused.status_code == 422
    assert "Kryssa för att ni har läst anmärkningarna." in words(refused)
    assert "texten är låst" in adopt(hers, registered, notes_are_read="on")
    registered.refresh_from_db()
    assert registered.adopted_at is not None
    document = PledgeDocument.objects.get(pledge=registered)
    assert bytes(document.content).startswith(b"%PDF")
    part = f"del/atagande-{registered.commitments.get(number=1).pk}/"
    # Who was writing meanwhile gets back what they wrote.
    late = logged_in(editor).post(page_of(registered, part), {"text_sv": "Två sök till i år"})
    assert late.status_code == 409
    assert "Texten är låst" in words(late)
    assert "Två sök till i år" in words(late)
    assert his.get(page_of(registered, "granska/"), follow=True).redirect_chain

    opened = hers.post(page_of(registered, "antaget/"), follow=True)
    assert "Texten är öppen igen. Dokumentet är kastat." in words(opened)
    assert not PledgeDocument.objects.exists()
    # The approvals stand until something is changed.
    assert TextApproval.objects.count() == 2
    assert "texten är låst" in adopt(hers, registered, notes_are_read="on")
    sign_by_hand(registered, officer)
    late = hers.post(page_of(registered, "antaget/"))
    assert late.status_code == 422
    assert "Löftet är undertecknat och kan inte öppnas igen." in words(late)


def test_an_approval_is_of_one_text_only(
    registered: Pledge, coordinator: User, officer: User
) -> None:
    hers, his = logged_in(coordinator), logged_in(officer)
    ours, theirs = keys_of(registered)
    approve(hers, registered, ours)
    approve(his, registered, theirs)
    part = editing.parts.part_named(f"atagande-{registered.commitments.get(number=1).pk}")
    latest = editing.latest_version(registered, NOW)
    said = editing.parts.part_of(latest.contents, part)
    assert said is not None
    editing.save(
        registered,
        part,
        {**said, "text_sv": "Något annat"},
        base=latest.number,
        by=officer,
        at=timezone.now(),
    )
    page = words(hers.get(page_of(registered, "granska/")))
    assert "Godkände version 1. Texten har ändrats sedan dess." in page
    assert "har inte godkänt texten" in adopt(hers, registered, notes_are_read="on")
    # Who read the earlier text approves nothing of the new one.
    assert "Texten har ändrats sedan du läste den." in approve(hers, registered, ours, version="1")
    assert "Texten har ändrats sedan du läste den." in adopt(
        hers, registered, notes_are_read="on", version="1"
    )
    assert "Älvsbyns kommun har godkänt texten." in approve(hers, registered, ours)
    assert "godkänner inte längre texten" in approve(hers, registered, ours, ta_tillbaka="1")
    registered.refresh_from_db()
    assert registered.adopted_at is None


def test_nobody_approves_for_another_party_or_adopts_without_leave(
    registered: Pledge, coordinator: User, officer: User
) -> None:
    ours, theirs = keys_of(registered)
    hers, his = logged_in(coordinator), logged_in(officer)
    for client, party in ((hers, theirs), (his, ours), (hers, "municipality-0"), (hers, "")):
        sent = client.post(page_of(registered, "godkann/"), {"part": party, "version": "1"})
        assert sent.status_code == 403
    assert not TextApproval.objects.exists()
    assert his.post(page_of(registered, "granska/"), {"version": "1"}).status_code == 403
    assert his.get(page_of(registered, "granska/")).status_code == 200
    stranger = logged_in(a_person("k@example.se", Role.COORDINATOR, a_municipality("Kiruna")))
    for name in ("granska/", "antaget/"):
        assert stranger.get(page_of(registered, name)).status_code == 404
        assert stranger.post(page_of(registered, name)).status_code == 404
    for version in ("", "x", "9" * 20, "9" * 5000, "²"):
        sent = hers.post(
            page_of(registered, "godkann/"), {"part": ours, "version": version}, follow=True
        )
        assert "Texten har ändrats" in words(sent)
        again = hers.post(page_of(registered, "granska/"), {"version": version})
        assert again.status_code == 422


def test_what_stops_is_shown_and_keeps_the_text_from_being_adopted(
    draft: Pledge, coordinator: User, officer: User
) -> None:
    hers, his = logged_in(coordinator), logged_in(officer)
    for client, party in zip((hers, his), keys_of(draft), strict=True):
        approve(client, draft, party)
    page = words(hers.get(page_of(draft, "granska/")))
    assert "Diarienumret saknas." in page
    assert "Rätta först det som måste rättas." in page
    assert "Diarienumret saknas." in adopt(hers, draft, notes_are_read="on")
    draft.refresh_from_db()
    assert draft.adopted_at is None
