"""Name the addresses where anyone checks a document.

`plain` are those without a language.
"""

from django.urls import path

from pledges.documents import permanent_views, verify_views
from pledges.public import converters  # noqa: F401  (known once read)

urlpatterns = [
    path("verifiera/", verify_views.verify, name="verify"),
    path("dokument/<sha256:sha256>/", permanent_views.document, name="signed_document"),
]

# A file has one address, and so has a code on paper, whatever language is read.
plain = [
    path(
        "dokument/<sha256:sha256>.pdf", permanent_views.document_file, name="signed_document_file"
    ),
    path("d/<kortnamn:name>/", permanent_views.document_of_pledge, name="document_of_pledge"),
]
