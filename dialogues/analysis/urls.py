"""Addresses of finding themes in answers and counting them, for staff."""

from django.urls import path

from dialogues.analysis import views

workspace = [
    path("dialoger/<int:pk>/svar/fil/", views.export, name="export_submissions"),
    path("dialoger/<int:pk>/koda/", views.code, name="code_submissions"),
    path("dialoger/<int:pk>/analys/", views.analysis, name="analysis"),
    path("dialoger/jamfor/<int:pk>/", views.compare, name="compare_dialogues"),
    path("dialoger/sok/", views.search, name="search_submissions"),
]
