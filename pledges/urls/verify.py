"""The address of the verify page."""

from django.urls import path

from pledges.views import verify

urlpatterns = [path("verifiera/", verify.verify, name="verify")]
