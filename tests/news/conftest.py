"""What the tests of news share."""

from tests.dialogues.conftest import place, pledge  # noqa: F401  (fixtures)
from tests.pages.conftest import reader  # noqa: F401  (a fixture)
from tests.pledges.actions.conftest import _pages_are_made_anew  # noqa: F401  (used by every test)
