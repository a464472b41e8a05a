"""Addresses for those who make drug-habit surveys."""

from django.urls import path

from pledges.surveys import file_views, views

_ONE = "drogvanor/<uuid:uid>/"

urlpatterns = [
    path("drogvanor/", views.survey_rounds, name="survey_rounds"),
    path("drogvanor/ny/", views.add, name="add_survey_round"),
    path("drogvanor/mall/", file_views.template, name="survey_template"),
    path("drogvanor/import/", file_views.import_list, name="import_surveys"),
    path(_ONE, views.detail, name="survey_round"),
    path(f"{_ONE}andra/", views.change, name="change_survey_round"),
    path(f"{_ONE}allmanheten/", views.preview, name="preview_survey_round"),
    path(f"{_ONE}publicera/", views.publish, name="publish_survey_round"),
    path(f"{_ONE}ta-tillbaka/", views.withdraw, name="withdraw_survey_round"),
    path(f"{_ONE}kasta/", views.delete, name="delete_survey_round"),
]
