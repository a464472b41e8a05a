"""Pages for faults: in the reader's language, with a way on, on their own."""

from unittest.mock import patch

import psycopg
import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import DataError, InterfaceError, InternalError, OperationalError, connection
from django.forms import Form, PasswordInput
from django.test import Client, RequestFactory
from django.urls import get_resolver

from pledge_portal.accounts.models import Role
from pledge_portal.pages import views
from pledge_portal.pages.typed_text import OPENING_FIELDS
from tests.builders import a_municipality, a_person
from tests.pages.conftest import Reader


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "language", "words"),
    [
        ("/finns-inte/", "sv", "Det finns ingen kommun med den adressen."),
        ("/en/not-there/", "en", "There is no municipality at that address."),
        ("/alvsbyn/2020/", "sv", "Visa medborgarlöften i Älvsbyns kommun"),
        (
            "/en/alvsbyn/2020/",
            "en",
            'Show citizen pledges in <span lang="sv" translate="no">Älvsbyns kommun</span>',
        ),
        ("/a/b/c/d/", "sv", "Adressen kan vara felskriven"),
        ("/en/a/b/c/", "en", "The address may be misspelt"),
    ],
)
def test_what_is_not_there_is_said_in_the_readers_language(
    reader: Reader, path: str, language: str, words: str
) -> None:
    a_municipality()
    response = reader.get(path)
    assert response.status_code == 404
    html = response.content.decode()
    assert f'<html lang="{language}">' in html
    assert words in html
    assert 'role="search"' in html
    assert response.headers["Cache-Control"] == "no-store"
    assert 'content="noindex"' in html
    assert not response.cookies


@pytest.mark.django_db
def test_the_search_on_a_page_not_found_begins_with_what_was_asked_for(reader: Reader) -> None:
    assert 'value="upplands vasbi"' in reader.get("/upplands-vasbi/").content.decode()


@pytest.mark.parametrize("path", ["/", "/en/"])
def test_every_fault_has_its_page_without_database_or_request(path: str) -> None:
    request = RequestFactory().get(path)
    answers = {
        400: views.bad_request(request, SuspiciousOperation()),
        403: views.forbidden(request, PermissionDenied()),
        404: views.not_found(RequestFactory().get(f"{path}a/b/c/"), Exception()),
        500: views.server_error(request),
    }
    for status, response in answers.items():
        html = response.content.decode()
        assert response.status_code == status
        assert f'<html lang="{"en" if path == "/en/" else "sv"}">' in html
        assert f"{'Error' if path == '/en/' else 'Fel'} {status}" in html
        assert f'href="{path}"' in html


def test_a_refused_form_says_what_to_do() -> None:
    response = views.csrf_failure(RequestFactory().post("/"), reason="no cookie")
    assert response.status_code == 403
    assert "Ladda om sidan" in response.content.decode()
    assert "no cookie" not in response.content.decode()


def _read_only() -> InternalError:
    error = InternalError("cannot execute INSERT in a read-only transaction")
    error.__cause__ = psycopg.errors.ReadOnlySqlTransaction()
    return error


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OperationalError("gone"), 503),
        (InterfaceError("connection is closed"), 503),
        (_read_only(), 503),
        (InternalError("something else"), 500),
        (DataError("of ours"), 500),
    ],
)
def test_a_database_that_is_away_is_told_from_our_own_faults(
    reader: Reader, error: Exception, status: int
) -> None:
    client = Client(raise_request_exception=False)
    with patch("pledges.public.views.Municipality.objects") as objects:
        objects.alphabetical.side_effect = error
        response = client.get("/")
    assert response.status_code == status
    assert "Felet är vårt, inte ditt." in response.content.decode()
    assert response.get("Retry-After") == ("30" if status == 503 else None)


@pytest.mark.django_db
@pytest.mark.parametrize("site", ["same-origin", "cross-site"])
def test_what_was_typed_is_given_back_when_the_database_takes_no_writing(site: str) -> None:
    municipality = a_municipality()
    coordinator = a_person("samordnare@example.se", Role.COORDINATOR, municipality)
    client = Client(raise_request_exception=False)
    client.force_login(coordinator)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL transaction_read_only = on")
    typed = {
        "name": "Nya <skolan> i norr",
        "level": "upper_secondary",
        "municipality": municipality.pk,
        "oldpassword": "hemligt lösenord",
        "csrfmiddlewaretoken": "t",
    }
    response = client.post("/arbetsyta/platser/ny/", typed, headers={"sec-fetch-site": site})
    assert response.status_code == 503
    assert response["Retry-After"] == "30"
    page = response.content.decode()
    assert "hemligt" not in page
    is_back = site == "same-origin"
    assert ("Nya &lt;skolan&gt; i norr</textarea>" in page) is is_back
    assert ('name="level" value="upper_secondary"' in page) is is_back
    assert ('action="/arbetsyta/platser/ny/"' in page) is is_back


def test_no_secret_field_of_any_form_is_shown_again() -> None:
    get_resolver().url_patterns  # noqa: B018  (imports the views, and so every form)
    kinds = [Form]
    for kind in kinds:
        kinds += kind.__subclasses__()
    secret = {
        name
        for kind in kinds
        for name, field in kind.base_fields.items()
        if isinstance(field.widget, PasswordInput)
    }
    assert secret >= {"password", "pin"}
    assert secret <= OPENING_FIELDS


def test_a_page_of_faults_is_answered_even_when_its_template_is_broken() -> None:
    with patch(
        "pledge_portal.pages.fault_pages.render_to_string", side_effect=ValueError("styles")
    ):
        response = views.server_error(RequestFactory().get("/en/"))
    assert response.status_code == 500
    assert b"<h1>" in response.content
