"""Addresses of the public pages about municipalities and their pledges."""

from django.urls import path

from pledges.urls import converters  # noqa: F401  (known once read)
from pledges.views import archive, charts, consultation, done, figures, followed_up, public

urlpatterns = [
    path("", public.start, name="start"),
    path("<kommun:slug>/", public.municipality, name="municipality"),
    path("<kommun:slug>/loften/", archive.archive, name="archive"),
    path("<kommun:slug>/loften/jamfor/", archive.comparison, name="comparison"),
    path("<kommun:slug>/samrad/", consultation.consultations, name="consultations"),
    path("<kommun:slug>/samrad/<period:period>/", consultation.consultation, name="consultation"),
    path(
        "<kommun:slug>/samrad/<period:period>/<int:number>/",
        consultation.consultation,
        name="consultation_round",
    ),
    path("<kommun:slug>/statistik/", figures.statistics, name="statistics_public"),
    path("<kommun:slug>/statistik/statistik.pdf", figures.document, name="statistics_document"),
    path(
        "<kommun:slug>/statistik/diagram/<slug:name>.<diagramfil:form>",
        figures.chart,
        name="statistics_chart",
    ),
    path("<kommun:slug>/statistik/drogvanor/", figures.surveys, name="surveys_public"),
    path("<kommun:slug>/statistik/<slug:key>/", figures.indicator, name="indicator"),
    path("<kommun:slug>/<period:period>/", public.pledge, name="pledge"),
    path(
        "<kommun:slug>/<period:period>/uppfoljningar/",
        followed_up.follow_ups,
        name="follow_ups_public",
    ),
    path(
        "<kommun:slug>/<period:period>/uppfoljningar/<dag:meeting_on>/",
        followed_up.follow_up,
        name="follow_up",
    ),
    path("<kommun:slug>/<period:period>/insatser/", done.actions, name="actions"),
    path("<kommun:slug>/<period:period>/insatser.atom", done.feed, name="actions_feed"),
    path(
        "<kommun:slug>/<period:period>/diagram/<slug:name>.<diagramfil:form>",
        charts.pledge_chart,
        name="pledge_chart",
    ),
    path(
        "<kommun:slug>/<period:period>/ataganden/<int:number>/",
        public.commitment,
        name="commitment",
    ),
]

# The document has one address, whatever language its page is read in.
plain = [
    path("<kommun:slug>/statistik/drogvanor.csv", figures.survey_file, name="survey_file"),
    path(
        "<kommun:slug>/statistik/<slug:key>/siffror.csv",
        figures.indicator_file,
        name="indicator_file",
    ),
    path(
        "<kommun:slug>/<period:period>/medborgarlofte.pdf",
        public.pledge_document,
        name="pledge_document",
    ),
    path(
        "<kommun:slug>/<period:period>/underskrift-<int:number>.pdf",
        public.paper_scan,
        name="paper_scan",
    ),
    path(
        "<kommun:slug>/<period:period>/insatser.csv",
        done.actions_file,
        name="actions_file",
    ),
    path(
        "<kommun:slug>/<period:period>/uppfoljningar/<dag:meeting_on>/uppfoljning.pdf",
        followed_up.document,
        name="follow_up_document",
    ),
    path("sitemap.xml", public.sitemap, name="sitemap"),
]
