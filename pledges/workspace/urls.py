"""Addresses of the workspace's own pages."""

from django.urls import path

from pledges.actions import urls as action_urls
from pledges.annexes import urls as annex_urls
from pledges.consultation import urls as consultation_urls
from pledges.contacts import urls as contact_urls
from pledges.decisions import urls as decision_urls
from pledges.erasing import urls as erasing_urls
from pledges.follow_ups import urls as follow_up_urls
from pledges.pictures import urls as picture_urls
from pledges.pledge_import import urls as pledge_import_urls
from pledges.records import urls as records_urls
from pledges.signing import urls as signing_urls
from pledges.statistics import urls as statistics_urls
from pledges.surveys import urls as survey_urls
from pledges.workspace import views
from pledges.writing import urls as writing_urls

urlpatterns = [
    path("", views.start, name="workspace"),
    *consultation_urls.urlpatterns,
    *action_urls.urlpatterns,
    *decision_urls.urlpatterns,
    *erasing_urls.urlpatterns,
    *follow_up_urls.urlpatterns,
    *pledge_import_urls.urlpatterns,
    *records_urls.urlpatterns,
    *signing_urls.urlpatterns,
    *statistics_urls.urlpatterns,
    *survey_urls.urlpatterns,
    *annex_urls.urlpatterns,
    *contact_urls.urlpatterns,
    *picture_urls.urlpatterns,
    *writing_urls.urlpatterns,
]
