"""Addresses where anyone checks a document; `plain` are those without a language."""

from django.urls import path

from pledges.urls import converters  # noqa: F401  (known once read)
from pledges.views import permanent, verify

urlpatterns = [
    path("verifiera/", verify.verify, name="verify"),
    path("dokument/<sha256:sha256>/", permanent.document, name="signed_document"),
]

# A file has one address, and so has a code on paper, whatever language is read.
plain = [
    path("dokument/<sha256:sha256>.pdf", permanent.document_file, name="signed_document_file"),
    path("d/<kortnamn:name>/", permanent.document_of_pledge, name="document_of_pledge"),
]
