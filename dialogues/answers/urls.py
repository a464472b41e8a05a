"""Addresses of answers: for residents who answer, and for staff."""

from django.urls import path

from dialogues.answers import paper_views, public_views, views
from pledges import converters  # noqa: F401  (known once read)

public = [
    path("<kommun:slug>/dialoger/<int:number>/svara/", public_views.answer, name="answer_dialogue"),
]

workspace = [
    path("dialoger/<int:pk>/svar/", views.submissions, name="submissions"),
    path("dialoger/<int:pk>/svar/nytt/", views.write_in, name="write_in"),
    path("dialoger/<int:pk>/svar/import/", paper_views.choose, name="paper_file"),
    path("dialoger/<int:pk>/svar/import/mall/", paper_views.template, name="paper_template"),
]
