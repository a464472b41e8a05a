"""Addresses for those who ask residents about drafts."""

from django.urls import path

from pledges.consultation import views

_ONE = "samrad/<uuid:uid>/"

urlpatterns = [
    path("samrad/", views.consultations, name="consultation_list"),
    path("samrad/utkast/<uuid:pledge>/", views.of_draft, name="consultation_of_draft"),
    path(_ONE, views.one, name="consultation_work"),
    path(f"{_ONE}avsluta/", views.close, name="close_consultation"),
    path(f"{_ONE}resultat/", views.outcome, name="consultation_outcome"),
]
