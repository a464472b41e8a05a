"""Addresses for those who keep marks and pictures."""

from django.urls import path

from pledges.pictures import views

urlpatterns = [
    path("kontakt/<slug:key>/marke/", views.mark, name="mark"),
    path("kontakt/<slug:key>/marke/ta-bort/", views.remove_mark, name="remove_mark"),
    path("loften/<uuid:uid>/bild/", views.pledge_picture, name="pledge_picture"),
    path(
        "loften/<uuid:uid>/bild/ta-bort/", views.remove_pledge_picture, name="remove_pledge_picture"
    ),
]
