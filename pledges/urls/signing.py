"""Addresses for those who sign pledges, and those who prepare it."""

from django.urls import path

from pledges.views import signing, signing_acts

_ONE = "underskrifter/<int:signatory>/"

urlpatterns = [
    path("underskrifter/", signing.overview, name="signing"),
    path(_ONE, signing.one, name="signing_one"),
    path(f"{_ONE}dokument.pdf", signing.document, name="signing_document"),
    path(f"{_ONE}satt/", signing.arrange, name="signing_way"),
    path(f"{_ONE}ordning/", signing.order, name="signing_order"),
    path(f"{_ONE}fraga-igen/", signing.ask_again, name="ask_to_sign_again"),
    path(f"{_ONE}underteckna/", signing_acts.sign, name="sign"),
    path(f"{_ONE}underteckna/kod/", signing_acts.request_code, name="signing_request_code"),
    path(f"{_ONE}avboj/", signing_acts.decline, name="decline_to_sign"),
    path(f"{_ONE}lamna/", signing_acts.give_back, name="give_back"),
    path(f"{_ONE}lamna/bekrafta/", signing_acts.confirm, name="confirm_given_back"),
    path(f"{_ONE}lamna/kasta/", signing_acts.throw_away, name="throw_given_back_away"),
    path(f"{_ONE}papper/", signing_acts.paper, name="sign_on_paper"),
]
