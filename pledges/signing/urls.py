"""Addresses for those who sign pledges, and those who prepare it."""

from django.urls import path

from pledges.signing import act_views, paper_views, views

_ONE = "underskrifter/<int:pk>/"

urlpatterns = [
    path("underskrifter/", views.overview, name="signing"),
    path(_ONE, views.signatory_page, name="signing_one"),
    path(f"{_ONE}dokument.pdf", views.document, name="signing_document"),
    path(f"{_ONE}satt/", views.arrange, name="signing_way"),
    path(f"{_ONE}ordning/", views.order, name="signing_order"),
    path(f"{_ONE}fraga-igen/", views.ask_again, name="ask_to_sign_again"),
    path(f"{_ONE}underteckna/", act_views.sign, name="sign"),
    path(f"{_ONE}underteckna/kod/", act_views.request_code, name="signing_request_code"),
    path(f"{_ONE}avboj/", act_views.decline, name="decline_to_sign"),
    path(f"{_ONE}lamna/", act_views.give_back, name="give_back"),
    path(f"{_ONE}lamna/bekrafta/", act_views.confirm, name="confirm_returned_document"),
    path(f"{_ONE}lamna/kasta/", act_views.discard, name="discard_returned_document"),
    path(f"{_ONE}papper/", paper_views.hand_in, name="sign_on_paper"),
    path(f"{_ONE}papper/skanning.pdf", paper_views.scan, name="waiting_paper_scan"),
    path(f"{_ONE}papper/bekrafta/", paper_views.confirm, name="confirm_paper"),
    path(f"{_ONE}papper/ta-tillbaka/", paper_views.take_back, name="take_back_paper"),
    path(f"{_ONE}papper/rakna/", paper_views.count, name="count_paper"),
]
