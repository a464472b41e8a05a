"""What pages don't need isn't loaded with them."""

import subprocess
import sys

# Each takes tens of megabytes and up to a second, and is needed by few.
HEAVY = {
    "asn1crypto",
    "fontTools",
    "numpy",
    "openpyxl",
    "pikepdf",
    "pyhanko",
    "pyhanko_certvalidator",
    "scipy",
    "weasyprint",
}


def test_the_addresses_load_no_library_that_makes_documents() -> None:
    script = "import django; django.setup()\nimport pledge_portal.urls, sys\nprint(*sys.modules)"
    modules = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "pledges.signing.act_views" in modules
    assert HEAVY.isdisjoint(modules)
