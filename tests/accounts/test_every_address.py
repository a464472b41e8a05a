"""Every address, asked for by every role with GET and POST.

The answers are held against one table. An address that isn't in it fails, so that nobody adds one
without saying who may reach it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from http.cookies import SimpleCookie
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django.fixtures import Settings

from dialogues import reception
from dialogues.answers import rules as answer_rules
from dialogues.answers.rules import Answer
from dialogues.comments import letters
from dialogues.comments import rules as comment_rules
from dialogues.models import Comment, PageReport, ThemeAnswer
from pledge_portal.accounts import factor_resets
from pledge_portal.accounts.models import Invitation, Role, User
from pledge_portal.pages.waiting_form import NEVER_KEPT
from pledges import lifecycle
from pledges.closings import rules as closing_rules
from pledges.closings.responsible import responsible_for
from pledges.documents.permanent import short_name
from pledges.models import (
    HeldStatisticsFile,
    Indicator,
    IndicatorAlias,
    IndicatorLink,
    Observation,
    PaperScan,
    Pledge,
    PledgeAnnex,
    PledgeDocument,
    Recall,
    Remark,
    SigningWay,
    StatisticsDocument,
    StatisticsImport,
    VoidFile,
)
from pledges.records import packages
from pledges.statistics.areas import ensure_areas
from pledges.surveys import publishing
from tests.builders import (
    A_PDF,
    SIGNED_AT,
    SURVEYING,
    TOTP_SECRET,
    a_consultation,
    a_dialogue,
    a_follow_up,
    a_mark,
    a_municipality,
    a_person,
    a_picture,
    a_piece_of_news,
    a_place,
    a_pledge,
    a_police_area,
    a_superuser,
    a_survey_round,
    a_theme,
    a_withheld_file,
    an_action,
    an_import,
    give_role,
    sign_by_hand,
)

pytestmark = pytest.mark.django_db

# Who reaches an address. A role "here" is held for the place whose rows are asked for.
EVERYONE = "everyone"
SIGNED_IN = "signed in"  # a role or none; perhaps after confirming once more who they are
ADMINISTRATORS = "administrators"  # of any place
ADMINISTRATOR_HERE = "administrator here"
READERS = "readers"  # any role, of any place
READERS_HERE = "readers here"
RECORDERS = "recorders"  # officers, coordinators and editors, of any place
RECORDERS_HERE = "recorders here"
POLICE_RECORDERS_HERE = "police recorders here"  # what the police recorded, the police change
OPENERS = "openers"  # coordinators and administrators, of any place
OPENERS_HERE = "openers here"
PLACE_KEEPERS = "place keepers"  # coordinators, editors and administrators, of any place
PLACE_KEEPERS_HERE = "place keepers here"
CONTACT_KEEPERS = "contact keepers"  # coordinators, editors and administrators, of any place
CONTACT_KEEPERS_HERE = "contact keepers here"
WRITERS = "writers"  # coordinators write follow-ups, of any place
WRITERS_HERE = "writers here"
DIALOGUE_RUNNERS = "dialogue runners"  # editors and coordinators, of any place
DIALOGUE_RUNNERS_HERE = "dialogue runners here"
LISTENERS = "listeners"  # those, and moderators: who reads what residents say
LISTENERS_HERE = "listeners here"
DISPOSAL_PLANNERS = "disposal planners"  # coordinators and administrators, of any place
DISPOSAL_PLANNERS_HERE = "disposal planners here"
MODERATORS = "moderators"  # moderators and coordinators, of any place
MODERATORS_HERE = "moderators here"
ANSWERERS = "answerers"  # who answers for the municipality or the police, of any place
ANSWERERS_HERE = "answerers here"
CONSULTERS = "consulters"  # editors and coordinators ask residents about drafts, of any place
CONSULTERS_HERE = "consulters here"
PLEDGE_WRITERS = "pledge writers"  # editors, coordinators and officers, of any place
PLEDGE_WRITERS_HERE = "pledge writers here"
ADOPTERS_HERE = "adopters here"
ARCHIVERS = "archivers"  # coordinators and administrators, of any place
ARCHIVERS_HERE = "archivers here"
SURVEYORS = "surveyors"  # editors and coordinators, of any place; never the police
SURVEYORS_HERE = "surveyors here"
SURVEY_PUBLISHERS_HERE = "survey publishers here"
STATISTICIANS = "statisticians"  # editors and coordinators, of any place
STATISTICIANS_HERE = "statisticians here"
APPROVERS = "approvers"  # those who approve for a party; the page itself tells who still can
APPROVERS_HERE = "approvers here"
SIGNING_ARRANGERS = "signing arrangers"  # editors, coordinators, administrators, of any place
SIGNING_ARRANGERS_HERE = "signing arrangers here"
THE_SIGNATORY = "the signatory"  # who is said to be the one: no operator signs in their stead
HANDS_IN_SIGNED = "hands in what is signed"  # those who arrange it here, or the signatory
OPERATOR = "operator"
LOGGING_IN = "logging in"  # only between the password and the second factor
NOBODY = "-"

# Address: who reaches it by GET, who by POST.
TABLE: dict[str, tuple[str, str]] = {
    # Public pages
    "": (EVERYONE, NOBODY),
    "om/": (EVERYONE, NOBODY),
    "om/fel-pa-sidan/": (EVERYONE, EVERYONE),
    "tillganglighet/": (EVERYONE, NOBODY),
    "personuppgifter/": (EVERYONE, NOBODY),
    "robots.txt": (EVERYONE, NOBODY),
    "favicon.ico": (EVERYONE, NOBODY),
    "sitemap.xml": (EVERYONE, NOBODY),
    "oppna-data/": (EVERYONE, NOBODY),
    "oppna-data/katalog.ttl": (EVERYONE, NOBODY),
    "oppna-data/katalog.rdf": (EVERYONE, NOBODY),
    "oppna-data/alla.zip": (EVERYONE, NOBODY),
    "oppna-data/gemensamt.zip": (EVERYONE, NOBODY),
    "oppna-data/<kommun:slug>.zip": (EVERYONE, NOBODY),
    "api/v1/": (EVERYONE, NOBODY),
    "api/v1/openapi.json": (EVERYONE, NOBODY),
    "api/v1/<slug:name>.json": (EVERYONE, NOBODY),
    "api/v1/<slug:name>.csv": (EVERYONE, NOBODY),
    "api/v1/<slug:name>.xlsx": (EVERYONE, NOBODY),
    "verifiera/": (EVERYONE, EVERYONE),
    "<kommun:slug>/": (EVERYONE, NOBODY),
    "<kommun:slug>/loften/": (EVERYONE, NOBODY),
    "<kommun:slug>/loften/jamfor/": (EVERYONE, NOBODY),
    "dokument/<sha256:sha256>/": (EVERYONE, NOBODY),
    "dokument/<sha256:sha256>.pdf": (EVERYONE, NOBODY),
    "bilder/<bildfil:name>": (EVERYONE, NOBODY),
    "d/<kortnamn:name>/": (EVERYONE, NOBODY),
    "<kommun:slug>/<period:period>/": (EVERYONE, NOBODY),
    "<kommun:slug>/<period:period>/affisch-a3.pdf": (EVERYONE, NOBODY),
    "<kommun:slug>/<period:period>/affisch-a4.pdf": (EVERYONE, NOBODY),
    "<kommun:slug>/<period:period>/flygblad.pdf": (EVERYONE, NOBODY),
    "<kommun:slug>/<period:period>/medborgarlofte.pdf": (EVERYONE, NOBODY),
    "<kommun:slug>/<period:period>/underskrift-<int:number>.pdf": (EVERYONE, NOBODY),
    "<kommun:slug>/<period:period>/bilaga-<int:number>.pdf": (EVERYONE, NOBODY),
    "<kommun:slug>/<period:period>/ataganden/<int:number>/": (EVERYONE, NOBODY),
    "<kommun:slug>/<period:period>/uppfoljningar/": (EVERYONE, NOBODY),
    "<kommun:slug>/<period:period>/uppfoljningar/<dag:meeting_on>/": (EVERYONE, NOBODY),
    "<kommun:slug>/<period:period>/uppfoljningar/<dag:meeting_on>/uppfoljning.pdf": (
        EVERYONE,
        NOBODY,
    ),
    "<kommun:slug>/<period:period>/lankbild/<sha256:digest>.png": (EVERYONE, NOBODY),
    "<kommun:slug>/<period:period>/ataganden/<int:number>/lankbild/<sha256:digest>.png": (
        EVERYONE,
        NOBODY,
    ),
    "<kommun:slug>/<period:period>/insatser/": (EVERYONE, NOBODY),
    "<kommun:slug>/<period:period>/insatser.atom": (EVERYONE, NOBODY),
    "<kommun:slug>/<period:period>/insatser.csv": (EVERYONE, NOBODY),
    "<kommun:slug>/<period:period>/diagram/<slug:name>.<diagramfil:form>": (EVERYONE, NOBODY),
    "<kommun:slug>/samrad/": (EVERYONE, NOBODY),
    "<kommun:slug>/samrad/<period:period>/": (EVERYONE, NOBODY),
    "<kommun:slug>/samrad/<period:period>/<int:number>/": (EVERYONE, NOBODY),
    "<kommun:slug>/samrad/<period:period>/<int:number>/bilaga-<int:position>.pdf": (
        EVERYONE,
        NOBODY,
    ),
    "<kommun:slug>/statistik/": (EVERYONE, NOBODY),
    "<kommun:slug>/statistik/drogvanor/": (EVERYONE, NOBODY),
    "<kommun:slug>/statistik/statistik.pdf": (EVERYONE, NOBODY),
    "<kommun:slug>/statistik/drogvanor.csv": (EVERYONE, NOBODY),
    "<kommun:slug>/statistik/diagram/<slug:name>.<diagramfil:form>": (EVERYONE, NOBODY),
    "<kommun:slug>/statistik/<slug:key>/": (EVERYONE, NOBODY),
    "<kommun:slug>/statistik/<slug:key>/siffror.csv": (EVERYONE, NOBODY),
    "<kommun:slug>/nyheter/": (EVERYONE, NOBODY),
    "<kommun:slug>/nyheter.atom": (EVERYONE, NOBODY),
    "<kommun:slug>/nyheter/<uuid:uid>/": (EVERYONE, NOBODY),
    "<kommun:slug>/dialoger/": (EVERYONE, NOBODY),
    "<kommun:slug>/dialoger.ics": (EVERYONE, NOBODY),
    "<kommun:slug>/dialoger/<int:number>/": (EVERYONE, NOBODY),
    "<kommun:slug>/dialoger/<int:number>/dialog.ics": (EVERYONE, NOBODY),
    "<kommun:slug>/dialoger/<int:number>/svara/": (EVERYONE, EVERYONE),
    "<kommun:slug>/<period:period>/fran-ord-till-handling/": (EVERYONE, NOBODY),
    "<kommun:slug>/<samtal:subject_path>/kommentarer/": (EVERYONE, NOBODY),
    "<kommun:slug>/<samtal:subject_path>/kommentarer/<uuid:uid>/": (EVERYONE, NOBODY),
    "<kommun:slug>/<samtal:subject_path>/kommentarer/<uuid:uid>/anmal/": (EVERYONE, EVERYONE),
    "<kommun:slug>/<samtal:subject_path>/kommentera/": (EVERYONE, EVERYONE),
    # Whoever holds the private link.
    "kommentar/<str:secret>/": (EVERYONE, NOBODY),
    "kommentar/<str:secret>/andra/": (EVERYONE, EVERYONE),
    "kommentar/<str:secret>/mejla/": (EVERYONE, EVERYONE),
    "kommentar/<str:secret>/ta-tillbaka/": (EVERYONE, EVERYONE),
    "kommentar/<str:secret>/omprova/": (EVERYONE, EVERYONE),
    "kommentar/brev/<str:token>/": (EVERYONE, EVERYONE),
    "kommentar/brev/<str:token>/av/": (EVERYONE, EVERYONE),
    "svar/<str:secret>/": (EVERYONE, NOBODY),
    "svar/<str:secret>/andra/": (EVERYONE, EVERYONE),
    "svar/<str:secret>/mejla/": (EVERYONE, EVERYONE),
    "svar/<str:secret>/ta-tillbaka/": (EVERYONE, EVERYONE),
    # Logging in
    "logga-in/": (EVERYONE, EVERYONE),
    "logga-in/kod/": (LOGGING_IN, LOGGING_IN),
    "logga-in/avstangt/": (EVERYONE, NOBODY),
    "logga-in/glomt-losenord/": (EVERYONE, EVERYONE),
    "logga-in/glomt-losenord/skickat/": (EVERYONE, NOBODY),
    "logga-in/nytt-losenord/<uidb36>-<key>/": (EVERYONE, EVERYONE),
    "logga-in/nytt-losenord/klart/": (EVERYONE, NOBODY),
    # Only where the operator's settings name an organisation's own login.
    "logga-in/organisation/<slug:provider_id>/": (NOBODY, NOBODY),
    "logga-in/organisation/<slug:provider_id>/svar/": (NOBODY, NOBODY),
    "logga-in/inbjudan/<str:token>/": (EVERYONE, EVERYONE),
    # Whoever holds the letter's link.
    "logga-in/tappad-kod/<str:token>/": (EVERYONE, EVERYONE),
    # The workspace
    "arbetsyta/": (SIGNED_IN, NOBODY),
    "arbetsyta/andringar/": (READERS, NOBODY),
    "arbetsyta/andringar/<slug:kind>/<int:pk>/": (READERS_HERE, NOBODY),
    "arbetsyta/logga-ut/": (EVERYONE, EVERYONE),
    "arbetsyta/konto/": (SIGNED_IN, NOBODY),
    "arbetsyta/konto/losenord/": (SIGNED_IN, SIGNED_IN),
    "arbetsyta/konto/inloggningar/": (SIGNED_IN, SIGNED_IN),
    "arbetsyta/konto/bekrafta/": (SIGNED_IN, SIGNED_IN),
    "arbetsyta/konto/bekrafta/kod/": (SIGNED_IN, SIGNED_IN),
    "arbetsyta/konto/bekrafta/nyckel/": (SIGNED_IN, SIGNED_IN),
    "arbetsyta/konto/organisation/ta-bort/": (NOBODY, SIGNED_IN),
    "arbetsyta/konto/tva-steg/": (SIGNED_IN, NOBODY),
    "arbetsyta/konto/tva-steg/borja/": (SIGNED_IN, NOBODY),
    "arbetsyta/konto/tva-steg/app/": (SIGNED_IN, SIGNED_IN),
    "arbetsyta/konto/tva-steg/app/ta-bort/": (SIGNED_IN, SIGNED_IN),
    "arbetsyta/konto/tva-steg/nycklar/": (SIGNED_IN, NOBODY),
    "arbetsyta/konto/tva-steg/nycklar/ny/": (SIGNED_IN, SIGNED_IN),
    "arbetsyta/konto/tva-steg/nycklar/<int:pk>/": (SIGNED_IN, SIGNED_IN),
    "arbetsyta/konto/tva-steg/nycklar/<int:pk>/ta-bort/": (SIGNED_IN, SIGNED_IN),
    "arbetsyta/konto/tva-steg/reservkoder/": (SIGNED_IN, NOBODY),
    "arbetsyta/konto/tva-steg/reservkoder/nya/": (SIGNED_IN, SIGNED_IN),
    "arbetsyta/konto/tva-steg/reservkoder/fil/": (SIGNED_IN, SIGNED_IN),
    "arbetsyta/insatser/": (READERS, NOBODY),
    "arbetsyta/insatser/hundsok/": (READERS, NOBODY),
    "arbetsyta/insatser/ny/": (RECORDERS, NOBODY),
    "arbetsyta/insatser/ny/<int:commitment>/": (RECORDERS_HERE, RECORDERS_HERE),
    "arbetsyta/insatser/import/": (RECORDERS, RECORDERS),
    "arbetsyta/insatser/import/mall/<int:pledge>/": (RECORDERS_HERE, NOBODY),
    "arbetsyta/insatser/import/<uuid:uid>/": (POLICE_RECORDERS_HERE, POLICE_RECORDERS_HERE),
    "arbetsyta/insatser/import/<uuid:uid>/angra/": (POLICE_RECORDERS_HERE, POLICE_RECORDERS_HERE),
    "arbetsyta/insatser/<uuid:uid>/": (READERS_HERE, NOBODY),
    "arbetsyta/insatser/<uuid:uid>/ratta/": (POLICE_RECORDERS_HERE, POLICE_RECORDERS_HERE),
    "arbetsyta/insatser/<uuid:uid>/stryk/": (POLICE_RECORDERS_HERE, POLICE_RECORDERS_HERE),
    "arbetsyta/insatser/<uuid:uid>/aterta/": (POLICE_RECORDERS_HERE, POLICE_RECORDERS_HERE),
    "arbetsyta/ataganden/": (OPENERS, NOBODY),
    "arbetsyta/ataganden/<int:commitment>/offentlighet/": (OPENERS_HERE, OPENERS_HERE),
    "arbetsyta/loften/<uuid:uid>/bild/": (PLEDGE_WRITERS_HERE, PLEDGE_WRITERS_HERE),
    "arbetsyta/loften/<uuid:uid>/bild/ta-bort/": (PLEDGE_WRITERS_HERE, PLEDGE_WRITERS_HERE),
    "arbetsyta/kontakt/": (CONTACT_KEEPERS, NOBODY),
    "arbetsyta/kontakt/<slug:key>/": (CONTACT_KEEPERS_HERE, CONTACT_KEEPERS_HERE),
    "arbetsyta/kontakt/<slug:key>/marke/": (CONTACT_KEEPERS_HERE, CONTACT_KEEPERS_HERE),
    "arbetsyta/kontakt/<slug:key>/marke/ta-bort/": (CONTACT_KEEPERS_HERE, CONTACT_KEEPERS_HERE),
    "arbetsyta/fel-pa-sidor/": (CONTACT_KEEPERS, NOBODY),
    "arbetsyta/fel-pa-sidor/<int:pk>/klart/": (NOBODY, CONTACT_KEEPERS_HERE),
    "arbetsyta/platser/": (PLACE_KEEPERS, NOBODY),
    "arbetsyta/platser/ny/": (PLACE_KEEPERS, PLACE_KEEPERS),
    "arbetsyta/platser/lista/": (PLACE_KEEPERS, PLACE_KEEPERS),
    "arbetsyta/platser/<int:place>/": (PLACE_KEEPERS_HERE, PLACE_KEEPERS_HERE),
    "arbetsyta/uppfoljningar/": (READERS, NOBODY),
    "arbetsyta/uppfoljningar/ny/<int:pledge>/": (WRITERS_HERE, WRITERS_HERE),
    "arbetsyta/uppfoljningar/plan/<int:pledge>/": (WRITERS_HERE, WRITERS_HERE),
    "arbetsyta/uppfoljningar/<uuid:uid>/": (READERS_HERE, NOBODY),
    "arbetsyta/uppfoljningar/<uuid:uid>/inledning/": (WRITERS_HERE, WRITERS_HERE),
    "arbetsyta/uppfoljningar/<uuid:uid>/ataganden/<int:number>/": (WRITERS_HERE, WRITERS_HERE),
    "arbetsyta/uppfoljningar/<uuid:uid>/ovriga/": (NOBODY, WRITERS_HERE),
    "arbetsyta/redovisning/": (READERS, NOBODY),
    "arbetsyta/redovisning/<int:commitment>/<dag:first_day>/klar/": (
        RECORDERS_HERE,
        RECORDERS_HERE,
    ),
    "arbetsyta/redovisning/<int:pk>/oppna/": (POLICE_RECORDERS_HERE, POLICE_RECORDERS_HERE),
    "arbetsyta/uppfoljningar/<uuid:uid>/lamna/": (NOBODY, WRITERS_HERE),
    "arbetsyta/uppfoljningar/<uuid:uid>/ta-tillbaka/": (NOBODY, WRITERS_HERE),
    "arbetsyta/uppfoljningar/<uuid:uid>/godkann/": (APPROVERS_HERE, APPROVERS_HERE),
    "arbetsyta/uppfoljningar/<uuid:uid>/publicera/": (WRITERS_HERE, WRITERS_HERE),
    "arbetsyta/uppfoljningar/<uuid:uid>/kasta/": (WRITERS_HERE, WRITERS_HERE),
    "arbetsyta/uppfoljningar/<uuid:uid>/ratta/": (WRITERS_HERE, WRITERS_HERE),
    "arbetsyta/samrad/": (CONSULTERS, NOBODY),
    "arbetsyta/samrad/utkast/<uuid:pledge>/": (CONSULTERS_HERE, CONSULTERS_HERE),
    "arbetsyta/samrad/<uuid:uid>/": (CONSULTERS_HERE, NOBODY),
    "arbetsyta/samrad/<uuid:uid>/avsluta/": (CONSULTERS_HERE, CONSULTERS_HERE),
    "arbetsyta/samrad/<uuid:uid>/resultat/": (CONSULTERS_HERE, CONSULTERS_HERE),
    "arbetsyta/arkiv/": (ARCHIVERS, NOBODY),
    "arbetsyta/arkiv/<int:pledge>/": (ARCHIVERS_HERE, ARCHIVERS_HERE),
    "arbetsyta/ta-bort-personuppgift/": (ARCHIVERS, ARCHIVERS),
    "arbetsyta/ta-bort-personuppgift/person/<int:person>/": (OPERATOR, OPERATOR),
    "arbetsyta/ta-bort-personuppgift/<sha256:sha256>.pdf": (ARCHIVERS_HERE, NOBODY),
    "arbetsyta/arkiv/paket/<uuid:uid>/": (ARCHIVERS_HERE, NOBODY),
    "arbetsyta/arkiv/paket/<uuid:uid>/hamta/": (ARCHIVERS_HERE, NOBODY),
    "arbetsyta/loften/": (READERS, NOBODY),
    "arbetsyta/loften/nytt/": (PLEDGE_WRITERS, PLEDGE_WRITERS),
    "arbetsyta/loften/fran-fil/": (PLEDGE_WRITERS, PLEDGE_WRITERS),
    "arbetsyta/loften/<uuid:uid>/": (PLEDGE_WRITERS_HERE, NOBODY),
    "arbetsyta/loften/<uuid:uid>/forhandsvisning/": (READERS_HERE, NOBODY),
    "arbetsyta/loften/<uuid:uid>/utkast.pdf": (READERS_HERE, NOBODY),
    "arbetsyta/loften/<uuid:uid>/versioner/": (PLEDGE_WRITERS_HERE, NOBODY),
    "arbetsyta/loften/<uuid:uid>/text/": (NOBODY, PLEDGE_WRITERS_HERE),
    "arbetsyta/loften/<uuid:uid>/ny/<slug:kind>/": (PLEDGE_WRITERS_HERE, PLEDGE_WRITERS_HERE),
    "arbetsyta/loften/<uuid:uid>/del/<slug:part>/": (PLEDGE_WRITERS_HERE, PLEDGE_WRITERS_HERE),
    "arbetsyta/loften/<uuid:uid>/del/<slug:part>/utkast.pdf": (NOBODY, PLEDGE_WRITERS_HERE),
    "arbetsyta/loften/<uuid:uid>/del/<slug:part>/ta-bort/": (
        PLEDGE_WRITERS_HERE,
        PLEDGE_WRITERS_HERE,
    ),
    "arbetsyta/loften/<uuid:uid>/del/<slug:part>/aterstall/": (NOBODY, PLEDGE_WRITERS_HERE),
    "arbetsyta/loften/<uuid:uid>/del/<slug:part>/flytta/": (NOBODY, PLEDGE_WRITERS_HERE),
    "arbetsyta/loften/<uuid:uid>/del/<slug:part>/kommentera/": (NOBODY, PLEDGE_WRITERS_HERE),
    "arbetsyta/loften/<uuid:uid>/kommentarer/<int:remark>/": (NOBODY, PLEDGE_WRITERS_HERE),
    "arbetsyta/loften/<uuid:uid>/bilagor/": (PLEDGE_WRITERS_HERE, PLEDGE_WRITERS_HERE),
    "arbetsyta/loften/<uuid:uid>/bilagor/<int:pk>.pdf": (READERS_HERE, NOBODY),
    "arbetsyta/loften/<uuid:uid>/bilagor/<int:pk>/ta-bort/": (NOBODY, PLEDGE_WRITERS_HERE),
    "arbetsyta/loften/<uuid:uid>/granska/": (READERS_HERE, ADOPTERS_HERE),
    # For whom one approves is said in what is sent: see tests/pledges/writing/test_adopting.py.
    "arbetsyta/loften/<uuid:uid>/godkann/": (NOBODY, NOBODY),
    "arbetsyta/loften/<uuid:uid>/antaget/": (READERS_HERE, ADOPTERS_HERE),
    "arbetsyta/loften/<uuid:uid>/beslut/": (READERS_HERE, NOBODY),
    "arbetsyta/loften/<uuid:uid>/beslut/upphav/": (ADOPTERS_HERE, ADOPTERS_HERE),
    "arbetsyta/loften/<uuid:uid>/beslut/forlang/": (ADOPTERS_HERE, ADOPTERS_HERE),
    "arbetsyta/loften/<uuid:uid>/beslut/revidera/": (ADOPTERS_HERE, ADOPTERS_HERE),
    "arbetsyta/loften/<uuid:uid>/beslut/ratta-mal/": (ADOPTERS_HERE, NOBODY),
    "arbetsyta/loften/<uuid:uid>/beslut/ratta-mal/<int:number>/": (ADOPTERS_HERE, ADOPTERS_HERE),
    "arbetsyta/loften/<uuid:uid>/beslut/kalla-tillbaka/": (ADOPTERS_HERE, ADOPTERS_HERE),
    "arbetsyta/loften/<uuid:uid>/beslut/ta-in/": (ADOPTERS_HERE, ADOPTERS_HERE),
    "arbetsyta/loften/<uuid:uid>/beslut/lagg-ned/": (ADOPTERS_HERE, ADOPTERS_HERE),
    "arbetsyta/loften/<uuid:uid>/beslut/ta-upp/": (ADOPTERS_HERE, ADOPTERS_HERE),
    "arbetsyta/loften/<uuid:uid>/beslut/ogiltigt/<int:number>.pdf": (READERS_HERE, NOBODY),
    "arbetsyta/underskrifter/": (READERS, NOBODY),
    "arbetsyta/underskrifter/<int:pk>/": (READERS_HERE, NOBODY),
    "arbetsyta/underskrifter/<int:pk>/dokument.pdf": (READERS_HERE, NOBODY),
    "arbetsyta/underskrifter/<int:pk>/satt/": (
        SIGNING_ARRANGERS_HERE,
        SIGNING_ARRANGERS_HERE,
    ),
    "arbetsyta/underskrifter/<int:pk>/ordning/": (
        SIGNING_ARRANGERS_HERE,
        SIGNING_ARRANGERS_HERE,
    ),
    "arbetsyta/underskrifter/<int:pk>/fraga-igen/": (NOBODY, SIGNING_ARRANGERS_HERE),
    "arbetsyta/underskrifter/<int:pk>/underteckna/": (THE_SIGNATORY, THE_SIGNATORY),
    "arbetsyta/underskrifter/<int:pk>/underteckna/kod/": (NOBODY, THE_SIGNATORY),
    "arbetsyta/underskrifter/<int:pk>/avboj/": (THE_SIGNATORY, THE_SIGNATORY),
    "arbetsyta/underskrifter/<int:pk>/lamna/": (HANDS_IN_SIGNED, HANDS_IN_SIGNED),
    "arbetsyta/underskrifter/<int:pk>/lamna/bekrafta/": (HANDS_IN_SIGNED, HANDS_IN_SIGNED),
    "arbetsyta/underskrifter/<int:pk>/lamna/kasta/": (NOBODY, HANDS_IN_SIGNED),
    "arbetsyta/underskrifter/<int:pk>/papper/": (HANDS_IN_SIGNED, HANDS_IN_SIGNED),
    "arbetsyta/underskrifter/<int:pk>/papper/skanning.pdf": (HANDS_IN_SIGNED, NOBODY),
    "arbetsyta/underskrifter/<int:pk>/papper/bekrafta/": (HANDS_IN_SIGNED, HANDS_IN_SIGNED),
    "arbetsyta/underskrifter/<int:pk>/papper/ta-tillbaka/": (HANDS_IN_SIGNED, HANDS_IN_SIGNED),
    "arbetsyta/underskrifter/<int:pk>/papper/rakna/": (NOBODY, HANDS_IN_SIGNED),
    "arbetsyta/drogvanor/": (SURVEYORS, NOBODY),
    "arbetsyta/drogvanor/ny/": (SURVEYORS, SURVEYORS),
    "arbetsyta/drogvanor/mall/": (SURVEYORS, NOBODY),
    "arbetsyta/drogvanor/import/": (SURVEYORS, SURVEYORS),
    "arbetsyta/drogvanor/<uuid:uid>/": (SURVEYORS_HERE, NOBODY),
    "arbetsyta/drogvanor/<uuid:uid>/andra/": (SURVEYORS_HERE, SURVEYORS_HERE),
    "arbetsyta/drogvanor/<uuid:uid>/allmanheten/": (SURVEYORS_HERE, NOBODY),
    "arbetsyta/drogvanor/<uuid:uid>/publicera/": (NOBODY, SURVEY_PUBLISHERS_HERE),
    "arbetsyta/drogvanor/<uuid:uid>/ta-tillbaka/": (SURVEY_PUBLISHERS_HERE, SURVEY_PUBLISHERS_HERE),
    "arbetsyta/drogvanor/<uuid:uid>/kasta/": (SURVEYORS_HERE, SURVEYORS_HERE),
    "arbetsyta/statistik/": (STATISTICIANS, NOBODY),
    "arbetsyta/statistik/import/": (STATISTICIANS, STATISTICIANS),
    "arbetsyta/statistik/import/mall.csv": (STATISTICIANS, NOBODY),
    # Only whoever sent the file that waits, who is none of the visitors.
    "arbetsyta/statistik/import/<uuid:uid>/": (NOBODY, NOBODY),
    "arbetsyta/statistik/importerat/<uuid:uid>/": (STATISTICIANS, NOBODY),
    "arbetsyta/statistik/importerat/<uuid:uid>/ta-tillbaka/": (STATISTICIANS, STATISTICIANS),
    "arbetsyta/statistik/namn/": (STATISTICIANS, STATISTICIANS),
    # And whoever added the name, who is none of the visitors.
    "arbetsyta/statistik/namn/<int:alias>/ta-bort/": (OPERATOR, OPERATOR),
    "arbetsyta/statistik/indikatorer/<slug:key>/": (OPERATOR, OPERATOR),
    "arbetsyta/statistik/kopplingar/": (STATISTICIANS, NOBODY),
    "arbetsyta/statistik/kopplingar/ny/<int:pledge>/": (STATISTICIANS_HERE, STATISTICIANS_HERE),
    "arbetsyta/statistik/kopplingar/<int:link>/ta-bort/": (STATISTICIANS_HERE, STATISTICIANS_HERE),
    "arbetsyta/nyheter/": (DIALOGUE_RUNNERS, NOBODY),
    "arbetsyta/nyheter/installning/": (DIALOGUE_RUNNERS, DIALOGUE_RUNNERS),
    "arbetsyta/nyheter/ny/": (DIALOGUE_RUNNERS, DIALOGUE_RUNNERS),
    "arbetsyta/nyheter/<uuid:uid>/": (DIALOGUE_RUNNERS_HERE, NOBODY),
    **{
        f"arbetsyta/nyheter/<uuid:uid>/{act}/": (DIALOGUE_RUNNERS_HERE, DIALOGUE_RUNNERS_HERE)
        for act in ("andra", "publicera", "ratta", "ta-tillbaka", "slapp-inte", "kasta")
    },
    "arbetsyta/dialoger/": (LISTENERS, NOBODY),
    "arbetsyta/dialoger/ny/": (DIALOGUE_RUNNERS, DIALOGUE_RUNNERS),
    "arbetsyta/dialoger/<int:pk>/": (LISTENERS_HERE, NOBODY),
    "arbetsyta/dialoger/<int:pk>/andra/": (DIALOGUE_RUNNERS_HERE, DIALOGUE_RUNNERS_HERE),
    "arbetsyta/dialoger/<int:pk>/annonsera/": (NOBODY, DIALOGUE_RUNNERS_HERE),
    "arbetsyta/dialoger/<int:pk>/stall-in/": (DIALOGUE_RUNNERS_HERE, DIALOGUE_RUNNERS_HERE),
    "arbetsyta/dialoger/<int:pk>/kasta/": (NOBODY, DIALOGUE_RUNNERS_HERE),
    "arbetsyta/dialoger/<int:pk>/hort/": (DIALOGUE_RUNNERS_HERE, DIALOGUE_RUNNERS_HERE),
    "arbetsyta/dialoger/<int:pk>/svar/": (LISTENERS_HERE, NOBODY),
    "arbetsyta/dialoger/<int:pk>/svar/nytt/": (DIALOGUE_RUNNERS_HERE, DIALOGUE_RUNNERS_HERE),
    "arbetsyta/dialoger/<int:pk>/svar/fil/": (LISTENERS_HERE, NOBODY),
    "arbetsyta/dialoger/<int:pk>/svar/import/": (
        DIALOGUE_RUNNERS_HERE,
        DIALOGUE_RUNNERS_HERE,
    ),
    "arbetsyta/dialoger/<int:pk>/svar/import/mall/": (DIALOGUE_RUNNERS_HERE, NOBODY),
    "arbetsyta/dialoger/<int:pk>/koda/": (DIALOGUE_RUNNERS_HERE, DIALOGUE_RUNNERS_HERE),
    "arbetsyta/dialoger/<int:pk>/analys/": (LISTENERS_HERE, NOBODY),
    "arbetsyta/dialoger/jamfor/<int:pk>/": (LISTENERS_HERE, NOBODY),
    "arbetsyta/dialoger/sok/": (LISTENERS, NOBODY),
    "arbetsyta/dialoger/svar/<uuid:uid>/citera/": (DIALOGUE_RUNNERS_HERE, DIALOGUE_RUNNERS_HERE),
    "arbetsyta/dialoger/svar/<uuid:uid>/citera/ta-bort/": (
        DIALOGUE_RUNNERS_HERE,
        DIALOGUE_RUNNERS_HERE,
    ),
    "arbetsyta/dialoger/tradar/": (DIALOGUE_RUNNERS, NOBODY),
    "arbetsyta/dialoger/tradar/<int:pk>/": (DIALOGUE_RUNNERS_HERE, NOBODY),
    "arbetsyta/dialoger/tradar/<int:pk>/<int:theme_pk>/": (
        DIALOGUE_RUNNERS_HERE,
        DIALOGUE_RUNNERS_HERE,
    ),
    "arbetsyta/dialoger/ratta/<slug:kind>/<int:pk>/": (
        DIALOGUE_RUNNERS_HERE,
        DIALOGUE_RUNNERS_HERE,
    ),
    "arbetsyta/dialoger/listor/": (DIALOGUE_RUNNERS, NOBODY),
    "arbetsyta/dialoger/listor/<int:pk>/": (DIALOGUE_RUNNERS_HERE, DIALOGUE_RUNNERS_HERE),
    "arbetsyta/dialoger/mottagning/<int:pk>/": (
        DIALOGUE_RUNNERS_HERE,
        DIALOGUE_RUNNERS_HERE,
    ),
    "arbetsyta/dialoger/gallring/": (DISPOSAL_PLANNERS, NOBODY),
    "arbetsyta/dialoger/gallring/<int:pk>/": (
        DISPOSAL_PLANNERS_HERE,
        DISPOSAL_PLANNERS_HERE,
    ),
    "arbetsyta/granskning/": (MODERATORS, NOBODY),
    "arbetsyta/granskning/beslut/": (MODERATORS, NOBODY),
    "arbetsyta/granskning/<uuid:uid>/": (MODERATORS_HERE, MODERATORS_HERE),
    "arbetsyta/kommentarer/": (ANSWERERS, NOBODY),
    "arbetsyta/kommentarer/<uuid:uid>/": (ANSWERERS_HERE, ANSWERERS_HERE),
    "arbetsyta/jobb/": (OPERATOR, NOBODY),
    "arbetsyta/jobb/<int:job>/kor-om/": (OPERATOR, OPERATOR),
    "arbetsyta/jobb/<int:job>/ta-bort/": (OPERATOR, OPERATOR),
    "arbetsyta/personer/": (ADMINISTRATORS, NOBODY),
    "arbetsyta/personer/bjud-in/": (ADMINISTRATORS, ADMINISTRATORS),
    "arbetsyta/personer/<int:pk>/avsluta/": (ADMINISTRATOR_HERE, ADMINISTRATOR_HERE),
    "arbetsyta/personer/avslutade/<int:pk>/ge-tillbaka/": (NOBODY, NOBODY),
    "arbetsyta/personer/inbjudningar/<int:pk>/aterkalla/": (NOBODY, ADMINISTRATOR_HERE),
    "arbetsyta/personer/<int:person>/tappad-kod/": (ADMINISTRATOR_HERE, ADMINISTRATOR_HERE),
    "arbetsyta/personer/tappade-koder/<int:pk>/": (ADMINISTRATOR_HERE, ADMINISTRATOR_HERE),
    "arbetsyta/personer/tappade-koder/<int:pk>/ta-tillbaka/": (NOBODY, ADMINISTRATOR_HERE),
}
GROUPS = {
    READERS: set(Role),
    RECORDERS: {Role.OFFICER, Role.COORDINATOR, Role.EDITOR},
    "police recorders": {Role.OFFICER},
    OPENERS: {Role.COORDINATOR, Role.ADMINISTRATOR},
    WRITERS: {Role.COORDINATOR},
    DIALOGUE_RUNNERS: {Role.EDITOR, Role.COORDINATOR},
    SIGNING_ARRANGERS: {Role.EDITOR, Role.COORDINATOR, Role.ADMINISTRATOR},
    CONSULTERS: {Role.EDITOR, Role.COORDINATOR},
    ARCHIVERS: {Role.COORDINATOR, Role.ADMINISTRATOR},
    PLEDGE_WRITERS: {Role.EDITOR, Role.COORDINATOR, Role.OFFICER},
    "adopters": {Role.EDITOR, Role.COORDINATOR},
    SURVEYORS: {Role.EDITOR, Role.COORDINATOR},
    "survey publishers": {Role.COORDINATOR},
    LISTENERS: {Role.EDITOR, Role.COORDINATOR, Role.MODERATOR},
    DISPOSAL_PLANNERS: {Role.COORDINATOR, Role.ADMINISTRATOR},
    MODERATORS: {Role.MODERATOR, Role.COORDINATOR},
    ANSWERERS: {Role.EDITOR, Role.COORDINATOR, Role.OFFICER},
    STATISTICIANS: {Role.EDITOR, Role.COORDINATOR},
    APPROVERS: {Role.COORDINATOR, Role.OFFICER, Role.SIGNATORY},
    PLACE_KEEPERS: {Role.COORDINATOR, Role.EDITOR, Role.ADMINISTRATOR},
    CONTACT_KEEPERS: {Role.COORDINATOR, Role.EDITOR, Role.ADMINISTRATOR},
}
# All of Django's administration has one gate.
ADMINISTRATION = "arbetsyta/admin/"


def addresses() -> Iterator[str]:
    """Return every address as it is written in the code, the admin's too."""

    def walk(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[str]:
        for pattern in patterns:
            route = before + _readable(str(pattern.pattern))
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, route)
            else:
                yield route

    yield from walk(get_resolver().url_patterns, "")


def _readable(route: str) -> str:
    if route.startswith("^logga") or "(?P<uidb36>" in route:
        return "nytt-losenord/<uidb36>-<key>/"
    return route


@dataclass(frozen=True)
class Visitor:
    name: str
    cookies: SimpleCookie
    is_signed_in: bool = True
    is_operator: bool = False
    role: Role | None = None
    is_here: bool = False

    def reaches(self, who: str) -> bool:
        administers = self.role == Role.ADMINISTRATOR or self.is_operator
        for group, roles in GROUPS.items():
            if who in {group, f"{group} here"}:
                return self.is_operator or (self.role in roles and (who == group or self.is_here))
        is_the_signatory = self.role == Role.SIGNATORY and self.is_here
        return {
            THE_SIGNATORY: is_the_signatory,
            HANDS_IN_SIGNED: is_the_signatory or self.reaches(SIGNING_ARRANGERS_HERE),
            EVERYONE: True,
            SIGNED_IN: self.is_signed_in,
            ADMINISTRATORS: administers,
            ADMINISTRATOR_HERE: administers and (self.is_here or self.is_operator),
            OPERATOR: self.is_operator,
        }.get(who, False)

    def ask(self, method: str, address: str) -> HttpResponse:
        """Send a request and take back whatever it did."""
        client = Client(raise_request_exception=True)
        client.cookies = SimpleCookie(self.cookies.output(header="", sep=";"))
        with transaction.atomic():
            response: HttpResponse = getattr(client, method.lower())(address)
            transaction.set_rollback(True)
        return response


def _cookies(person: User) -> SimpleCookie:
    client = Client()
    client.force_login(person)
    RecoveryCodes.activate(person)
    return client.cookies


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Don't write down every refusal: there are thousands."""
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def world(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> tuple[list[Visitor], dict[str, str]]:
    """Return all kinds of visitors, and what fills in the addresses' parts."""
    # Who may have the documents is tried here; what is in them, elsewhere.
    monkeypatch.setattr("pledges.writing.views.draft_pdf", lambda *_: b"%PDF-1.7")
    a_pdf = StatisticsDocument(content=b"%PDF-1.7", sha256="its digest")
    monkeypatch.setattr("pledges.statistics.public_views.current_document", lambda *_: a_pdf)
    monkeypatch.setattr("pledges.sheets.public_views.current_sheet", lambda *_: a_pdf)
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    settings.PUBLIC_PAGES_MB = 0
    here, elsewhere = a_municipality(), a_municipality("Arvika")
    area_here, area_elsewhere = a_police_area(), a_police_area("Värmland västra")
    pledge = a_pledge(here)
    commitment = pledge.commitments.first()
    assert commitment is not None
    published = a_follow_up(commitment.pledge)
    draft = a_follow_up(commitment.pledge, published=False, meeting_on=date(2025, 9, 17))
    [closing] = closing_rules.close(
        commitment,
        date(2023, 1, 1),
        responsible_for(commitment),
        area_here,
        by=None,
        at=timezone.now(),
    )
    action, school = an_action(commitment), a_place("Skolan", here)
    imported = an_import(commitment.pledge)
    ended = a_pledge(
        here,
        period="2020-2022",
        valid_from=date(2020, 1, 1),
        valid_to=date(2022, 12, 31),
        until_replaced=False,
        commitments=1,
        commitment=SURVEYING,
    )
    surveyed = a_survey_round(ended.commitments.get())
    dialogue, sending = a_dialogue(here, begins_at=SIGNED_AT), uuid4()
    answer_rules.submit(dialogue, Answer(text="Fler lampor"), sending, timezone.now())
    traffic = a_theme("Trafik", municipality=here)
    answered = ThemeAnswer.objects.create(pledge=pledge, theme=traffic, reason_sv="Skäl")
    about = comment_rules.About(here, Pledge.objects.with_standing().get(pk=pledge.pk))
    comment_text = comment_rules.NewComment("Bra löfte", email="nils@example.se")
    comment_secret = comment_rules.submit(about, comment_text, uuid4(), timezone.now())
    Comment.objects.update(state="published", published_at=SIGNED_AT)
    comment = Comment.objects.get()
    page_report = PageReport.objects.create(
        municipality=here, text="Fel", sending=uuid4(), reported_at=SIGNED_AT
    )
    area = pledge.focus_areas.get()
    indicator = Indicator.objects.create(
        key="misshandel",
        kind="reported_offences",
        unit="count",
        name_sv="Misshandel",
        source="Brå",
        source_code="Misshandel",
    )
    link = IndicatorLink.objects.create(focus_area=area, indicator=indicator)
    alias = IndicatorAlias.objects.create(
        indicator=indicator, source=indicator.source, name="Våld", added_at=timezone.now()
    )
    ensure_areas()
    figures = StatisticsImport.objects.create(
        file_name="brott.csv", format="bra", fingerprint="0" * 64, imported_at=SIGNED_AT
    )
    Observation.objects.create(
        indicator=indicator,
        area=here.area,
        period="year",
        begins=date(2024, 1, 1),
        value=12,
        imported_in=figures,
    )
    published_round = a_survey_round(ended.commitments.get(), school_year=2021)
    publishing.publish(published_round, by=None, at=timezone.now(), today=timezone.localdate())
    held = HeldStatisticsFile.objects.create(
        sent_by=a_person("vantar@example.se", Role.EDITOR, here),
        sent_at=timezone.now(),
        file_name="brott.csv",
        content=b"",
    )
    visitors = [Visitor("anonymous", SimpleCookie(), is_signed_in=False)]
    operator = a_superuser()
    visitors.append(Visitor("operator", _cookies(operator), is_operator=True))
    visitors.append(Visitor("without role", _cookies(a_person("ingen@example.se"))))
    for role in Role:
        for is_here in (True, False):
            if role == Role.OFFICER:
                place = area_here if is_here else area_elsewhere
            else:
                place = here if is_here else elsewhere
            person = a_person(f"{role}-{is_here}@example.se", role, place)
            name = f"{role} {'here' if is_here else 'elsewhere'}"
            visitors.append(Visitor(name, _cookies(person), role=role, is_here=is_here))
    on_paper = a_pledge(
        here,
        signed=False,
        period="2017-2019",
        valid_from=date(2017, 1, 1),
        valid_to=date(2019, 12, 31),
        until_replaced=False,
    )
    PledgeAnnex.store(on_paper, A_PDF, title="Plan", pages=1, by=operator, at=SIGNED_AT)
    lifecycle.adopt(on_paper, SIGNED_AT, A_PDF)
    sign_by_hand(on_paper, operator)
    signs = a_pledge(
        here,
        signed=False,
        adopted=True,
        period="2030-2031",
        valid_from=date(2030, 1, 1),
        valid_to=date(2031, 12, 31),
    )
    signatory = signs.signatories.get(position=1)
    SigningWay.objects.create(
        signatory=signatory,
        way="key",
        person=User.objects.get(email__iexact="signatory-True@example.se"),
    )
    PaperScan.store(
        signatory,
        A_PDF,
        pages=1,
        signed_on=SIGNED_AT.date(),
        by=a_person("skannade@example.se"),
        at=SIGNED_AT,
    )
    asked_draft = a_pledge(here, signed=False, period="2032-2034")
    annex = PledgeAnnex.store(asked_draft, A_PDF, title="Plan", pages=1, by=operator, at=SIGNED_AT)
    a_picture(asked_draft)
    asked = a_consultation(asked_draft)
    remark = Remark.objects.create(
        pledge=asked.pledge,
        part="uppgifter",
        text="Stämmer det?",
        written_by=operator,
        written_at=SIGNED_AT,
    )
    recall = Recall.objects.create(
        pledge=asked.pledge, reason="Skäl", adopted_at=SIGNED_AT, recalled_at=SIGNED_AT
    )
    void = VoidFile.store(recall, "document", 0, b"%PDF")
    document = PledgeDocument.objects.public().get(pledge=pledge)
    a_withheld_file(pledge, document.sha256)
    package = packages.ask_for(pledge, "public", here, by=operator, at=timezone.now())
    packages.make(package.pk)
    third = a_person("tredje@example.se")
    membership = give_role(third, Role.EDITOR, here)
    lost = factor_resets.ask(third, "Kom hit själv", operator, timezone.now())
    invitation, token = Invitation.new("ny@example.se", Role.EDITOR, here, operator, timezone.now())
    return visitors, {
        "<kommun:slug>": here.slug,
        "<bildfil:name>": a_mark(here).files.first().name,
        "<sha256:sha256>": document.sha256,
        "<sha256:digest>": "0" * 64,
        "<kortnamn:name>": short_name(pledge.uid),
        "samrad/<period:period>": f"samrad/{asked.period}",
        "<int:position>": "1",
        "<period:period>": "2023-2025",
        "<samtal:subject_path>": "2023-2025",
        "2023-2025/underskrift-<int:number>.pdf": "2017-2019/underskrift-1.pdf",
        "2023-2025/bilaga-<int:number>.pdf": "2017-2019/bilaga-1.pdf",
        "fel-pa-sidor/<int:pk>": f"fel-pa-sidor/{page_report.pk}",
        "bilagor/<int:pk>": f"bilagor/{annex.pk}",
        "kontakt/<slug:key>": f"kontakt/municipality-{here.pk}",
        "ogiltigt/<int:number>": f"ogiltigt/{void.pk}",
        "<int:number>": "1",
        "svar/<str:secret>": f"svar/{reception.secret_of(sending)}",
        **{
            f"dialoger/{page}/<int:pk>": f"dialoger/{page}/{here.pk}"
            for page in ("gallring", "jamfor", "listor", "mottagning")
        },
        "dialoger/ratta/<slug:kind>/<int:pk>": f"dialoger/ratta/svar/{answered.pk}",
        "dialoger/tradar/<int:pk>": f"dialoger/tradar/{commitment.pledge_id}",
        "<int:theme_pk>": str(a_theme(municipality=here).pk),
        "dialoger/<int:pk>": f"dialoger/{dialogue.pk}",
        "dialoger/svar/<uuid:uid>": f"dialoger/svar/{dialogue.submissions.get().uid}",
        "<slug:kind>/<int:pk>": f"medborgarlofte/{pledge.pk}",
        "kommentar/<str:secret>": f"kommentar/{comment_secret}",
        "brev/<str:token>": f"brev/{letters.token_of(comment)}",
        "kommentarer/<uuid:uid>": f"kommentarer/{comment.uid}",
        "granskning/<uuid:uid>": f"granskning/{comment.uid}",
        "tappad-kod/<str:token>": f"tappad-kod/{factor_resets.token_of(lost)}",
        "tappade-koder/<int:pk>": f"tappade-koder/{lost.pk}",
        "<int:person>": str(third.pk),
        "<str:token>": token,
        "<slug:provider_id>": "organisation",
        "<uidb36>-<key>": "1-abc",
        "inbjudningar/<int:pk>": f"inbjudningar/{invitation.pk}",
        "nycklar/<int:pk>": "nycklar/1",
        "underskrifter/<int:pk>": f"underskrifter/{signatory.pk}",
        "<int:commitment>": str(commitment.pk),
        "<int:place>": str(school.pk),
        "<int:pledge>": str(commitment.pledge_id),
        "<dag:meeting_on>": published.meeting_on.isoformat(),
        "drogvanor/<uuid:uid>": f"drogvanor/{surveyed.uid}",
        "samrad/utkast/<uuid:pledge>": f"samrad/utkast/{asked.pledge.uid}",
        "arbetsyta/samrad/<uuid:uid>": f"arbetsyta/samrad/{asked.uid}",
        "arkiv/paket/<uuid:uid>": f"arkiv/paket/{package.uid}",
        "loften/<uuid:uid>/antaget": f"loften/{signs.uid}/antaget",
        "loften/<uuid:uid>": f"loften/{asked.pledge.uid}",
        "<slug:part>": f"inriktning-{asked.pledge.focus_areas.get().pk}",
        "ny/<slug:kind>": "ny/avsnitt",
        "<int:remark>": str(remark.pk),
        "<dag:first_day>": "2024-01-01",
        "redovisning/<int:pk>": f"redovisning/{closing.pk}",
        "uppfoljningar/<uuid:uid>": f"uppfoljningar/{draft.uid}",
        "statistik/import/<uuid:uid>": f"statistik/import/{held.uid}",
        "importerat/<uuid:uid>": f"importerat/{figures.uid}",
        "statistik/diagram/<slug:name>.<diagramfil:form>": (
            "statistik/diagram/indikator-misshandel.csv"
        ),
        "<slug:name>.<diagramfil:form>": "mal.svg",
        "api/v1/<slug:name>": "api/v1/pledges",
        "<slug:key>": indicator.key,
        "<int:link>": str(link.pk),
        "<int:alias>": str(alias.pk),
        "import/<uuid:uid>": f"import/{imported.uid}",
        "nyheter/<uuid:uid>": f"nyheter/{a_piece_of_news(here).uid}",
        "<uuid:uid>": str(action.uid),
        "<int:pk>": str(membership.pk),
        "<int:job>": str(ProcrastinateJob.objects.latest("pk").pk),
        "<path:content_type_id>": "1",
        # Rows of the place that is here; of other models any row at all.
        "user/<path:object_id>": f"user/{third.pk}",
        "membership/<path:object_id>": f"membership/{membership.pk}",
        "municipality/<path:object_id>": f"municipality/{here.pk}",
        "policearea/<path:object_id>": f"policearea/{area_here.pk}",
        "place/<path:object_id>": f"place/{school.pk}",
        "<path:object_id>": "1",
    }


def filled_in(address: str, parts: dict[str, str]) -> str:
    for part, value in parts.items():
        address = address.replace(part, value)
    return "/" + address


def refused(response: HttpResponse) -> bool:
    """Return whether somebody was led to log in, refused, or found nothing."""
    to = response.headers.get("Location", "")
    return to.startswith("/logga-in/?") or response.status_code in {403, 404, 405}


def test_every_address_has_its_rule_and_every_rule_an_address() -> None:
    ours = {route for route in addresses() if not route.startswith(ADMINISTRATION)}
    assert ours == set(TABLE)


def test_each_address_is_reached_by_those_whom_the_table_names_and_nobody_else(
    world: tuple[list[Visitor], dict[str, str]],
) -> None:
    visitors, parts = world
    wrong = []
    for address, (get, post) in TABLE.items():
        path = filled_in(address, parts)
        for method, who in (("GET", get), ("POST", post)):
            for visitor in visitors:
                is_other_person = "inbjudan" in path and visitor.is_signed_in
                expected = visitor.reaches(who) and not is_other_person
                response = visitor.ask(method, path)
                is_sent_away = who == LOGGING_IN and response.status_code == 302
                if expected == (refused(response) or is_sent_away):
                    wrong.append(
                        f"{method} {path}: {visitor.name} got {response.status_code}"
                        f" {response.headers.get('Location', '')}"
                    )
    assert not wrong, "\n".join(wrong)


def test_no_form_behind_the_login_is_taken_from_another_site(
    world: tuple[list[Visitor], dict[str, str]], settings: Settings
) -> None:
    visitors, parts = world
    operator = next(visitor for visitor in visitors if visitor.is_operator)
    posted = [
        address
        for address in [*TABLE, *addresses()]
        if address.startswith(("arbetsyta/", "logga-in/")) and "(?P<" not in address
    ]
    assert len(posted) > 100
    taken = []
    for address in posted:
        client = Client(enforce_csrf_checks=True)
        client.cookies = operator.cookies
        response = client.post(filled_in(address, parts))
        page = response.content.decode()
        if response.status_code != 403 or "Ladda om sidan" not in page:
            taken.append(f"{address}: {response.status_code}")
    assert not taken, "\n".join(taken)


FORM = re.compile(r'<form([^>]*method="post"[^>]*)>(.*?)</form>', re.DOTALL)


def test_what_is_typed_in_any_form_stands_in_it_after_a_login_in_another_tab(
    world: tuple[list[Visitor], dict[str, str]],
) -> None:
    visitors, parts = world
    client = Client(enforce_csrf_checks=True)
    client.cookies = next(visitor for visitor in visitors if visitor.is_operator).cookies
    lost, tried = [], set()
    for address, (get, _post) in TABLE.items():
        if get == NOBODY or not address.startswith("arbetsyta/"):
            continue
        path = filled_in(address, parts)
        page = client.get(path)
        is_page = page.status_code == 200 and page.headers["Content-Type"].startswith("text/html")
        html = page.content.decode() if is_page else ""
        for attributes, form in re.findall(
            r'<form([^>]*method="post"[^>]*)>(.*?)</form>', html, re.S
        ):
            names = re.findall(r'<(?:textarea|input type="text")[^>]* name="([^"]+)"', form)
            names += re.findall(r'<textarea name="([^"]+)"', form)
            names = sorted(set(names) - NEVER_KEPT)
            if not names:
                continue
            mark = re.search(r'name="typed_by" value="([^"]+)"', form)
            action = re.search(r'action="([^"]+)"', attributes)
            data = {**dict.fromkeys(names, "Skrivet innan"), "typed_by": mark[1] if mark else ""}
            sent = client.post(
                action[1] if action else path, data, headers={"Sec-Fetch-Site": "same-origin"}
            )
            tried.add(address)
            again = client.get(sent.headers.get("Location", "/")).content.decode()
            if again.count("Skrivet innan") < len(names):
                lost.append(f"{path}: {sent.status_code}, {names}")
    assert not lost, "\n".join(lost)
    assert len(tried) > 30


# What administrators reach of the administration; all else of it is the operator's.
OPEN_TO_ADMINISTRATORS = {
    "",
    "jsi18n/",
    "autocomplete/",
    "password_change/",
    "password_change/done/",
    "^(accounts|pledges)/$",
    "accounts/user/",
    "accounts/membership/",
    "pledges/municipality/",
    "pledges/policearea/",
    "pledges/place/",
    "pledges/place/add/",
}
OF_A_PLACE = re.compile(r"/(user|membership|municipality|policearea|place)/<path:object_id>/")


def test_the_administration_is_the_operators_but_for_administrators_own_places(
    world: tuple[list[Visitor], dict[str, str]],
) -> None:
    visitors, parts = world
    everything = {route for route in addresses() if route.startswith(ADMINISTRATION)}
    routes = sorted(everything - {f"{ADMINISTRATION}logout/"})  # anyone may leave
    assert len(routes) > 40
    wrong = []
    for route in routes:
        path = re.sub(r"\(\?P<app_label>[^)]*\)", "pledges", route)
        path = filled_in(path, parts).replace("(?P<url>.*)$", "x").rstrip("$").replace("^", "")
        for visitor in visitors:
            is_administrator = visitor.role == Role.ADMINISTRATOR
            may_enter = visitor.is_operator or is_administrator
            for method in ("GET", "POST"):
                response = visitor.ask(method, path)
                to = response.headers.get("Location", "")
                is_at_gate = response.status_code == 302 and to.startswith(
                    ("/logga-in/", f"/{ADMINISTRATION}login/")
                )
                # No such row among those that the visitor may know of: sent back to the beginning;
                # or on to a longer address, which is asked for by itself.
                is_sent_on = to == f"/{ADMINISTRATION}" or to in {f"{path}change/", f"{path}/"}
                is_turned_away = is_at_gate or refused(response) or is_sent_on
                if visitor.is_operator:
                    is_right = not is_at_gate
                elif is_administrator and is_for_administrators(route):
                    is_right = not is_at_gate and response.status_code in {200, 302, 400, 403, 405}
                    is_right &= method != "GET" or not refused(response) or "autocomp" in route
                elif is_administrator and visitor.is_here and OF_A_PLACE.search(route):
                    continue  # what they may do there is tested in test_administration
                else:
                    is_right = is_turned_away
                assert may_enter or is_at_gate or refused(response), path
                if not is_right:
                    wrong.append(f"{method} {path}: {visitor.name} got {response.status_code} {to}")
    assert not wrong, "\n".join(wrong)


def is_for_administrators(route: str) -> bool:
    rest = route.removeprefix(ADMINISTRATION)
    return rest in OPEN_TO_ADMINISTRATORS or "app_label" in rest or rest == "login/"


def test_a_person_without_second_factor_reaches_only_the_way_to_one(
    world: tuple[list[Visitor], dict[str, str]], client: Client
) -> None:
    _visitors, parts = world
    person = a_person("naken@example.se", second_factor=False, is_superuser=True, is_staff=True)
    client.force_login(person)
    open_ways = {
        "arbetsyta/logga-ut/",
        "arbetsyta/konto/tva-steg/borja/",
        "arbetsyta/konto/tva-steg/app/",
        "arbetsyta/konto/tva-steg/nycklar/ny/",
        "arbetsyta/konto/bekrafta/",
        # For who has recovery codes left, and no password.
        "arbetsyta/konto/bekrafta/kod/",
    }
    inside = [address for address in TABLE if address.startswith("arbetsyta/")]
    for address in [*inside, ADMINISTRATION, ADMINISTRATION + "accounts/user/"]:
        if address not in open_ways:
            response = client.get(filled_in(address, parts))
            assert response.status_code == 302, address
            assert response.headers["Location"] == "/arbetsyta/konto/tva-steg/borja/", address


def test_the_administration_never_shows_the_secret_of_a_second_factor(client: Client) -> None:
    operator = a_superuser()
    client.force_login(operator)
    key = Authenticator.objects.get(user=operator)
    for address, status in (("", 200), (f"{key.pk}/change/", 200), (f"{key.pk}/delete/", 403)):
        answer = client.get(f"/{ADMINISTRATION}mfa/authenticator/{address}")
        assert answer.status_code == status
        assert TOTP_SECRET not in answer.content.decode()
