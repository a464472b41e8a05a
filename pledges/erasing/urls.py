"""The address for taking a personal detail away."""

from django.urls import path

from pledges.erasing import views

urlpatterns = [path("ta-bort-personuppgift/", views.erase, name="erase_detail")]
