"""Addresses of the public pages about municipalities and their pledges."""

from django.urls import path

from pledges import converters  # noqa: F401  (known once read)
from pledges.consultation import public_views as consultation_public_views
from pledges.follow_ups import public_views as follow_up_public_views
from pledges.link_pictures import public_views as link_picture_public_views
from pledges.models import PledgeSheet
from pledges.pictures import public_views as picture_public_views
from pledges.public import (
    action_views,
    archive_views,
    chart_views,
    document_views,
    sitemap,
    views,
)
from pledges.sheets import public_views as sheet_public_views
from pledges.statistics import public_views as statistics_public_views

urlpatterns = [
    path("", views.start, name="start"),
    path("dokument/<sha256:sha256>/", document_views.document, name="signed_document"),
    path("<kommun:slug>/", views.municipality, name="municipality"),
    path("<kommun:slug>/loften/", archive_views.archive, name="archive"),
    path("<kommun:slug>/loften/jamfor/", archive_views.comparison, name="comparison"),
    path("<kommun:slug>/samrad/", consultation_public_views.consultations, name="consultations"),
    path(
        "<kommun:slug>/samrad/<period:period>/",
        consultation_public_views.consultation,
        name="consultation",
    ),
    path(
        "<kommun:slug>/samrad/<period:period>/<int:number>/",
        consultation_public_views.consultation,
        name="consultation_round",
    ),
    path("<kommun:slug>/statistik/", statistics_public_views.statistics, name="statistics_public"),
    path(
        "<kommun:slug>/statistik/statistik.pdf",
        statistics_public_views.document,
        name="statistics_document",
    ),
    path(
        "<kommun:slug>/statistik/diagram/<slug:name>.<diagramfil:form>",
        statistics_public_views.chart,
        name="statistics_chart",
    ),
    path(
        "<kommun:slug>/statistik/drogvanor/", statistics_public_views.surveys, name="surveys_public"
    ),
    path(
        "<kommun:slug>/statistik/<slug:key>/", statistics_public_views.indicator, name="indicator"
    ),
    path("<kommun:slug>/<period:period>/", views.pledge, name="pledge"),
    path(
        "<kommun:slug>/<period:period>/affisch-a4.pdf",
        sheet_public_views.sheet,
        {"kind": PledgeSheet.Kind.POSTER_A4.value},
        name="poster_a4",
    ),
    path(
        "<kommun:slug>/<period:period>/affisch-a3.pdf",
        sheet_public_views.sheet,
        {"kind": PledgeSheet.Kind.POSTER_A3.value},
        name="poster_a3",
    ),
    path(
        "<kommun:slug>/<period:period>/flygblad.pdf",
        sheet_public_views.sheet,
        {"kind": PledgeSheet.Kind.LEAFLET.value},
        name="leaflet",
    ),
    path(
        "<kommun:slug>/<period:period>/uppfoljningar/",
        follow_up_public_views.follow_ups,
        name="follow_ups_public",
    ),
    path(
        "<kommun:slug>/<period:period>/uppfoljningar/<dag:meeting_on>/",
        follow_up_public_views.follow_up,
        name="follow_up",
    ),
    path("<kommun:slug>/<period:period>/insatser/", action_views.actions, name="actions"),
    path("<kommun:slug>/<period:period>/insatser.atom", action_views.feed, name="actions_feed"),
    path(
        "<kommun:slug>/<period:period>/diagram/<slug:name>.<diagramfil:form>",
        chart_views.pledge_chart,
        name="pledge_chart",
    ),
    path(
        "<kommun:slug>/<period:period>/ataganden/<int:number>/",
        views.commitment,
        name="commitment",
    ),
    path(
        "<kommun:slug>/<period:period>/lankbild/<sha256:digest>.png",
        link_picture_public_views.link_picture,
        name="link_picture",
    ),
    path(
        "<kommun:slug>/<period:period>/ataganden/<int:number>/lankbild/<sha256:digest>.png",
        link_picture_public_views.link_picture,
        name="commitment_link_picture",
    ),
]

# A file has one address, and so has a code on paper, whatever language is read.
plain = [
    path("dokument/<sha256:sha256>.pdf", document_views.document_file, name="signed_document_file"),
    path("bilder/<bildfil:name>", picture_public_views.picture_file, name="picture_file"),
    path("d/<kortnamn:name>/", document_views.document_of_pledge, name="document_of_pledge"),
    path(
        "<kommun:slug>/statistik/drogvanor.csv",
        statistics_public_views.survey_file,
        name="survey_file",
    ),
    path(
        "<kommun:slug>/statistik/<slug:key>/siffror.csv",
        statistics_public_views.indicator_file,
        name="indicator_file",
    ),
    path(
        "<kommun:slug>/<period:period>/medborgarlofte.pdf",
        views.pledge_document,
        name="pledge_document",
    ),
    path(
        "<kommun:slug>/<period:period>/bilaga-<int:number>.pdf",
        views.annex,
        name="annex",
    ),
    path(
        "<kommun:slug>/samrad/<period:period>/<int:number>/bilaga-<int:position>.pdf",
        views.consultation_annex,
        name="consultation_annex",
    ),
    path(
        "<kommun:slug>/<period:period>/underskrift-<int:number>.pdf",
        views.paper_scan,
        name="paper_scan",
    ),
    path(
        "<kommun:slug>/<period:period>/insatser.csv",
        action_views.actions_file,
        name="actions_file",
    ),
    path(
        "<kommun:slug>/<period:period>/uppfoljningar/<dag:meeting_on>/uppfoljning.pdf",
        follow_up_public_views.document,
        name="follow_up_document",
    ),
    path("sitemap.xml", sitemap.sitemap, name="sitemap"),
]
