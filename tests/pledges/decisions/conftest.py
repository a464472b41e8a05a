"""A draft and its people, as the tests of writing have them."""

from tests.pledges.writing.conftest import draft, officer  # noqa: F401  (fixtures)
from tests.pledges.writing.test_adopting import coordinator, registered  # noqa: F401
