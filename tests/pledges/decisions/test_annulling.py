"""Annulling a pledge by clicking, by those who may."""

from datetime import date

import pytest

from pledge_portal.accounts.models import Role
from pledges import lifecycle
from pledges.models import Annulment, Pledge
from tests.builders import a_follow_up, a_municipality, a_person, a_pledge, an_action
from tests.pages.conftest import Reader
from tests.pledges.signing.conftest import logged_in

pytestmark = pytest.mark.django_db


def test_a_coordinator_annuls_from_the_workspace_with_a_reason(reader: Reader) -> None:
    pledge = a_pledge()
    client = logged_in(a_person(role=Role.COORDINATOR, place=pledge.municipalities.get()))
    assert f"/arbetsyta/loften/{pledge.uid}/beslut/" in client.get("/arbetsyta/").content.decode()
    page = client.get(f"/arbetsyta/loften/{pledge.uid}/beslut/").content.decode()
    address = f"/arbetsyta/loften/{pledge.uid}/beslut/upphav/"
    assert address in page
    assert "kan inte ångras" in client.get(address).content.decode()
    answer = client.post(address, {"from_day": "2024-05-02", "reason": " "})
    assert answer.status_code == 422
    assert "Skriv varför löftet upphävs." in answer.content.decode()
    assert not Annulment.objects.exists()
    answer = client.post(address, {"from_day": "2024-05-02", "reason": "Fel text."}, follow=True)
    page = answer.content.decode()
    assert "Löftet gäller inte från och med den 2 maj 2024." in page
    assert "Fel text." in page
    assert address not in page
    assert Annulment.objects.get().from_day == date(2024, 5, 2)
    assert "Fel text." in reader.get("/alvsbyn/2023-2025/").content.decode()
    # Once is enough: the page says so, and the rule does.
    assert "Det går inte nu." in client.get(address).content.decode()
    answer = client.post(address, {"from_day": "2024-05-02", "reason": "Igen."})
    assert "redan upphävt" in answer.content.decode()


def test_annulling_what_is_reported_since_is_asked_about() -> None:
    pledge = a_pledge(commitments=1)
    an_action(pledge.commitments.select_related("pledge").get(), done_on=date(2024, 5, 2))
    a_follow_up(pledge)
    client = logged_in(a_person(role=Role.COORDINATOR, place=pledge.municipalities.get()))
    address = f"/arbetsyta/loften/{pledge.uid}/beslut/upphav/"
    assert "is_past" not in client.get(address).content.decode()
    typed = {"from_day": "2024-05-02", "reason": "Fel text."}
    answer = client.post(address, typed)
    assert "insatser 1, publicerade uppföljningar 1." in answer.content.decode()
    assert not Annulment.objects.exists()
    client.post(address, {**typed, "is_past": "on"})
    assert Annulment.objects.exists()


def test_the_newest_pledge_is_not_said_to_have_been_kept_when_it_never_held(
    reader: Reader,
) -> None:
    a_pledge(period="2022", valid_from=date(2022, 1, 1), valid_to=date(2022, 12, 31),
             until_replaced=False, title="Medborgarlöfte 2022")  # fmt: skip
    assert "Hölls det senaste löftet?" in reader.text("/alvsbyn/")
    newest = a_pledge(title="Medborgarlöfte 2023")
    lifecycle.annul(newest, newest.valid_from, "Fel text.", on=date(2022, 12, 20))
    text = reader.text("/alvsbyn/")
    assert "Hölls det senaste löftet? " not in text
    assert (
        "Hölls det senaste löftet som gällde? Medborgarlöfte 2023 gavs senare, men upphävdes och "
        "gällde aldrig. Medborgarlöfte 2022"
    ) in text


def test_one_that_will_never_begin_is_not_said_to_come(reader: Reader) -> None:
    coming = a_pledge(period="2027", valid_from=date(2027, 1, 1), valid_to=date(2027, 12, 31))
    assert "Kommande löfte" in reader.text("/alvsbyn/")
    lifecycle.annul(coming, date(2027, 1, 1), "Fel text.", on=date(2026, 11, 20))
    text = reader.text("/alvsbyn/")
    assert "Kommande löfte" not in text
    assert "Upphävt" in text


@pytest.mark.parametrize("role", [Role.OFFICER, Role.SIGNATORY, Role.ADMINISTRATOR])
def test_others_read_what_is_decided_and_decide_nothing(role: Role) -> None:
    pledge = a_pledge()
    place = pledge.police_area if role == Role.OFFICER else pledge.municipalities.get()
    client = logged_in(a_person(role=role, place=place))
    address = f"/arbetsyta/loften/{pledge.uid}/beslut/"
    page = client.get(address).content.decode()
    assert "Upphäv löftet" not in page
    answer = client.post(f"{address}upphav/", {"from_day": "2024-05-02", "reason": "Skäl."})
    assert answer.status_code == 403
    assert not Annulment.objects.exists()


def test_a_pledge_of_another_place_is_not_there() -> None:
    pledge = a_pledge()
    client = logged_in(a_person(role=Role.COORDINATOR, place=a_municipality("Piteå")))
    assert client.get(f"/arbetsyta/loften/{pledge.uid}/beslut/upphav/").status_code == 404


def test_annulling_asks_for_the_second_factor_again() -> None:
    pledge = a_pledge()
    person = a_person(role=Role.COORDINATOR, place=pledge.municipalities.get())
    client = logged_in(person, confirmed=False)
    address = f"/arbetsyta/loften/{pledge.uid}/beslut/upphav/"
    answer = client.post(address, {"from_day": "2024-05-02", "reason": "Skäl."})
    assert answer.headers["Location"].startswith("/arbetsyta/konto/bekrafta/")
    assert not Annulment.objects.exists()


def test_a_draft_has_nothing_to_annul() -> None:
    pledge: Pledge = a_pledge(signed=False)
    client = logged_in(a_person(role=Role.EDITOR, place=pledge.municipalities.get()))
    address = f"/arbetsyta/loften/{pledge.uid}/beslut/"
    assert "Löftet är ett utkast." in client.get(address).content.decode()
    answer = client.post(f"{address}upphav/", {"from_day": "2024-05-02", "reason": "Skäl."})
    assert "alla har undertecknat" in answer.content.decode()
