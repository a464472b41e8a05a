"""What the portal loads before it forks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.served import ROOT, environment_for

# As at a first start: styles are packed by another process while the pages are loaded.
PACKED_MEANWHILE = """
import json
import django
django.setup()
from django.conf import settings
from pledge_portal.operations.processes import load_pages
load_pages()
settings.STATIC_ROOT.mkdir(parents=True)
(settings.STATIC_ROOT / "look.0123456789ab.css").write_text("p {}")
(settings.STATIC_ROOT / "staticfiles.json").write_text(
    json.dumps({"paths": {"look.css": "look.0123456789ab.css"}, "version": "1.1", "hash": ""})
)
from django.templatetags.static import static
from django.test import RequestFactory
from django.utils.module_loading import import_string
application = import_string(settings.WSGI_APPLICATION)
address = static("look.css")
environ = RequestFactory().get(address, HTTP_HOST="localhost").environ
application(environ, lambda status, headers: print(address, status))
"""


def test_styles_that_are_packed_while_pages_are_loaded_are_found(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PACKED_MEANWHILE],
        cwd=ROOT,
        env=environment_for(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "/static/look.0123456789ab.css 200 OK\n", done.stderr[-2000:]
