"""Addresses of the history."""

from django.urls import path

from pledge_portal.history import views

urlpatterns = [
    path("", views.changes, name="changes"),
    path("<slug:kind>/<int:pk>/", views.object_history, name="object_history"),
]
