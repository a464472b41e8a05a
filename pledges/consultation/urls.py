"""Addresses for those who ask residents about drafts."""

from django.urls import path

from pledges.consultation import views

_CONSULTATION = "samrad/<uuid:uid>/"

urlpatterns = [
    path("samrad/", views.consultations, name="consultation_list"),
    path("samrad/utkast/<uuid:pledge>/", views.publish, name="consultation_of_draft"),
    path(_CONSULTATION, views.detail, name="consultation_work"),
    path(f"{_CONSULTATION}avsluta/", views.close, name="close_consultation"),
    path(f"{_CONSULTATION}resultat/", views.outcome, name="consultation_outcome"),
]
