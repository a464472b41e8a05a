"""What the tests of closings share."""

from tests.pages.conftest import reader  # noqa: F401  (a fixture)
from tests.pledges.actions.conftest import _pages_are_made_anew  # noqa: F401  (used by every test)
