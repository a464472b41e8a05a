"""Addresses for those who make drug-habit surveys."""

from django.urls import path

from pledges.views import survey_files, surveys

_ONE = "drogvanor/<uuid:uid>/"

urlpatterns = [
    path("drogvanor/", surveys.survey_rounds, name="survey_rounds"),
    path("drogvanor/ny/", surveys.add, name="add_survey_round"),
    path("drogvanor/mall/", survey_files.template, name="survey_template"),
    path("drogvanor/import/", survey_files.import_list, name="import_surveys"),
    path(_ONE, surveys.one, name="survey_round"),
    path(f"{_ONE}andra/", surveys.change, name="change_survey_round"),
    path(f"{_ONE}allmanheten/", surveys.preview, name="preview_survey_round"),
    path(f"{_ONE}publicera/", surveys.publish, name="publish_survey_round"),
    path(f"{_ONE}ta-tillbaka/", surveys.take_back, name="take_back_survey_round"),
    path(f"{_ONE}kasta/", surveys.throw_away, name="throw_away_survey_round"),
]
