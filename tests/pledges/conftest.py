"""What the tests of pledges share: somebody who reads public pages."""

from tests.pages.conftest import reader  # noqa: F401  (a fixture)
