"""Addresses for those who ask residents about drafts."""

from django.urls import path

from pledges.views import consulting

_ONE = "samrad/<uuid:uid>/"

urlpatterns = [
    path("samrad/", consulting.consultations, name="consultation_list"),
    path("samrad/utkast/<uuid:pledge>/", consulting.of_draft, name="consultation_of_draft"),
    path(_ONE, consulting.one, name="consultation_work"),
    path(f"{_ONE}avsluta/", consulting.close, name="close_consultation"),
    path(f"{_ONE}resultat/", consulting.outcome, name="consultation_outcome"),
]
