"""Addresses of news: `public` for everyone, `workspace` for staff."""

from django.urls import path

from news import public_views, views
from pledges import converters  # noqa: F401  (known once read)

_STAFF = "nyheter/<uuid:uid>/"

public = [
    path("<kommun:slug>/nyheter/", public_views.news, name="news"),
    path("<kommun:slug>/nyheter.atom", public_views.feed, name="news_feed"),
    path("<kommun:slug>/nyheter/<uuid:uid>/", public_views.piece_of_news, name="piece_of_news"),
]
workspace = [
    path("nyheter/", views.news, name="news_list"),
    path("nyheter/ny/", views.write, name="write_news"),
    path(_STAFF, views.piece, name="news_detail"),
    path(f"{_STAFF}andra/", views.change, name="change_news"),
    path(f"{_STAFF}publicera/", views.publish, name="publish_news"),
    path(f"{_STAFF}ratta/", views.correct, name="correct_news"),
    path(f"{_STAFF}ta-tillbaka/", views.take_back, name="take_back_news"),
    path("nyheter/installning/", views.setting, name="news_setting"),
    path(f"{_STAFF}slapp-inte/", views.drop, name="drop_news"),
    path(f"{_STAFF}kasta/", views.delete, name="delete_news"),
]
