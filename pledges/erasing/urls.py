"""Addresses for taking a personal detail, or a person, away."""

from django.urls import path

from pledges.erasing import person_views, views

urlpatterns = [
    path("ta-bort-personuppgift/", views.erase, name="erase_detail"),
    path("ta-bort-personuppgift/person/<int:person>/", person_views.erase, name="erase_person"),
    path(
        "ta-bort-personuppgift/<sha256:sha256>.pdf",
        views.withheld_document,
        name="withheld_document",
    ),
]
