"""What is public of a package holds nothing that the public may not read."""

from __future__ import annotations

import pytest

from tests.attacks.test_secrecy_layers import OPEN, SECRET
from tests.pledges.records.worlds import a_package, a_pledge_with_everything, files_of

pytestmark = pytest.mark.django_db


def test_the_public_part_holds_no_secret_word_and_is_the_same_by_itself() -> None:
    pledge = a_pledge_with_everything(annulled=False)
    whole = files_of(a_package(pledge))
    alone = files_of(a_package(pledge, only_public=True))
    secret = {name: content for name, content in whole.items() if name.startswith("sekretess/")}
    public = {name: content for name, content in whole.items() if name not in secret}
    for files in (public, alone):
        assert not [name for name, content in files.items() if SECRET.encode() in content]
        assert not [name for name, content in files.items() if b"@example.se" in content]
        assert sum(OPEN.encode() in content for content in files.values()) > 5
    # The words are there, so that the search above could find them.
    assert sum(SECRET.encode() in content for content in secret.values()) > 15
    same = {name for name in public if "manifest" not in name}
    assert {name: public[name] for name in same} == {
        name: content for name, content in alone.items() if "manifest" not in name
    }


def test_what_is_secret_shows_neither_by_number_nor_by_order() -> None:
    """The public part doesn't change when something secret is done.

    Public pages don't either.
    """
    pledge = a_pledge_with_everything(annulled=False)
    before = files_of(a_package(pledge, only_public=True))
    from tests.attacks.test_secrecy_layers import DEEDS

    commitment = pledge.commitments.select_related("pledge__police_area").get(number=3)
    for name in ("_not_public", "_under_embargo", "_struck_out", "_a_comment_that_waits",
                 "_a_submission", "_a_survey_that_is_not_published"):  # fmt: skip
        DEEDS[name](commitment)
    after = files_of(a_package(pledge, only_public=True))
    changed = {name for name in before if before[name] != after.get(name)}
    assert {name for name in changed if "manifest" not in name} == set()
    assert before.keys() == after.keys()
