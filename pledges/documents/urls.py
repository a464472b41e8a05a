"""Name the address where anyone checks a document."""

from django.urls import path

from pledges.documents import verify_views

urlpatterns = [
    path("verifiera/", verify_views.verify, name="verify"),
]
