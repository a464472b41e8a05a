"""Addresses of what is wrong on pages, for everyone and for staff."""

from django.urls import path

from dialogues.page_reports import public_views, views

public = [path("om/fel-pa-sidan/", public_views.report_page, name="report_page")]
workspace = [
    path("fel-pa-sidor/", views.page_reports, name="page_reports"),
    path("fel-pa-sidor/<int:pk>/klart/", views.handled, name="page_report_handled"),
]
