"""All addresses.

Swedish ones have no prefix, English ones begin with /en/.
"""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from dialogues import urls as dialogues
from news import urls as news
from pledge_portal.accounts import urls as accounts
from pledge_portal.history import urls as history
from pledge_portal.pages import urls as pages
from pledge_portal.queue import urls as queue
from pledges.documents import urls as document_urls
from pledges.open_data import urls as open_data
from pledges.public import urls as public_urls
from pledges.workspace import urls as workspace_urls

urlpatterns = [
    *pages.plain,
    *public_urls.plain,
    *open_data.plain,
    path("arbetsyta/admin/", admin.site.urls),
    path("arbetsyta/andringar/", include(history)),
    path("arbetsyta/jobb/", include(queue)),
    path("arbetsyta/", include(workspace_urls)),
    path("arbetsyta/", include(dialogues.workspace)),
    path("arbetsyta/", include(news.workspace)),
    path("", include(accounts)),
    *i18n_patterns(
        path("", include(pages)),
        path("", include(open_data)),
        path("", include(document_urls)),
        path("", include(public_urls)),
        path("", include(dialogues.public)),
        path("", include(news.public)),
        prefix_default_language=False,
    ),
]

handler400 = "pledge_portal.pages.views.bad_request"
handler403 = "pledge_portal.pages.views.forbidden"
handler404 = "pledge_portal.pages.views.not_found"
handler500 = "pledge_portal.pages.views.server_error"
