"""Addresses of the workspace's own pages."""

from django.urls import path

from pledges.urls import consultation, field, follow_up, signing, statistics, surveys
from pledges.views import workspace

urlpatterns = [
    path("", workspace.start, name="workspace"),
    *consultation.urlpatterns,
    *field.urlpatterns,
    *follow_up.urlpatterns,
    *signing.urlpatterns,
    *statistics.urlpatterns,
    *surveys.urlpatterns,
]
