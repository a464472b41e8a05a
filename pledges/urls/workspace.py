"""Addresses of the workspace's own pages."""

from django.urls import path

from pledges.urls import (
    consultation,
    field,
    follow_up,
    records,
    signing,
    statistics,
    surveys,
    writing,
)
from pledges.views import workspace

urlpatterns = [
    path("", workspace.start, name="workspace"),
    *consultation.urlpatterns,
    *field.urlpatterns,
    *follow_up.urlpatterns,
    *records.urlpatterns,
    *signing.urlpatterns,
    *statistics.urlpatterns,
    *surveys.urlpatterns,
    *writing.urlpatterns,
]
