"""A start sees at once when nothing of the demonstration is missing."""

from __future__ import annotations

import io
import shutil
import sys
from pathlib import Path
from unittest.mock import patch

import pytest
from django.core.management import call_command
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from pledge_portal.accounts.demonstration import demo_accounts, ensure_demo_accounts
from pledge_portal.accounts.models import User
from pledges.demonstration.mark import is_loaded, remember_loaded
from pledges.models import Municipality, PoliceArea
from tests.builders import a_municipality, a_police_area

pytestmark = pytest.mark.django_db


def make_accounts(password: str) -> None:
    place = Municipality.objects.first() or a_municipality("Arvika")
    ensure_demo_accounts(password, place, PoliceArea.objects.first() or a_police_area())


@pytest.fixture(autouse=True)
def _loaded(settings: Settings, tmp_path: Path) -> None:
    """Make a portal with files and accounts of its own, all of it loaded."""
    shutil.copytree(settings.BASE_DIR / "demo", tmp_path / "demo")
    settings.BASE_DIR = settings.DATA_FOLDER = tmp_path
    settings.DEMONSTRATION = True
    make_accounts("lösenord")
    assert not is_loaded()
    remember_loaded()


def test_what_was_loaded_is_known_again() -> None:
    assert is_loaded()


def test_a_new_file_is_to_be_loaded(tmp_path: Path) -> None:
    (tmp_path / "demo" / "mer.toml").write_text("")
    assert not is_loaded()


def test_a_changed_file_is_to_be_loaded(tmp_path: Path) -> None:
    file = tmp_path / "demo" / "alvsbyn-2022.toml"
    file.write_text(file.read_text() + " ")
    assert not is_loaded()


def test_an_account_with_another_password_is_put_right() -> None:
    account = demo_accounts()[0]
    account.set_password("annat")
    account.save()
    assert not is_loaded()


def test_another_database_is_not_taken_for_the_loaded_one() -> None:
    User.objects.all().delete()
    assert not is_loaded()
    make_accounts("lösenord")
    assert not is_loaded()


def test_nothing_to_load_costs_nothing(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    output = io.StringIO()
    heavy = "pledges.demonstration.pledge"
    with (
        patch.dict(sys.modules, {heavy: None, "dialogues.demonstration": None}),
        django_assert_max_num_queries(4),
    ):
        call_command("load_demonstration", unless_loaded=True, stdout=output)
        call_command("load_demonstration_dialogues", unless_loaded=True, stdout=output)
    assert "demo-polis@example.se" in output.getvalue()


def test_all_accounts_have_the_password_that_is_told() -> None:
    make_accounts("nytt lösenord")
    assert len(demo_accounts()) == 8
    assert all(account.check_password("nytt lösenord") for account in demo_accounts())
