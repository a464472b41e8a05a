import io
import time
import zipfile

import pytest
from django.utils import timezone

from pledges.records.exporting import export
from pledges.records.restoring import restore
from tests.builders import *
from tests.records.portal import empty_the_portal

pytestmark = pytest.mark.django_db


def test_it():
    p = a_pledge()
    u = a_person()
    a = an_action(p.commitments.first(), public_note="hej", place=a_place())
    a_follow_up(p)
    a_comment(p)
    c = a_comment(p, shown=False)
    d = a_dialogue(opens_on=date(2022, 1, 1), closes_on=date(2022, 3, 1))
    t = a_theme()
    a_submission(d, themes=[t.pk]) if 0 else a_submission(d)
    out = io.BytesIO()
    export(p, out, at=timezone.now())
    z = zipfile.ZipFile(out)
    print(
        [z.read(n).decode()[-900:] for n in z.namelist() if "avsandare" in n or "kommentarer" in n]
    )
    empty_the_portal()
    t0 = time.time()
    r = restore(out)
    print(r, time.time() - t0)
    out2 = io.BytesIO()
    export(r.pledge, out2, at=timezone.now())
    a, b = zipfile.ZipFile(out), zipfile.ZipFile(out2)
    assert set(a.namelist()) == set(b.namelist())
    for n in a.namelist():
        if a.read(n) != b.read(n):
            print("DIFF", n)
