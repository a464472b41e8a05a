"""What is taken for a number in a form or an address."""

import pytest

from pledge_portal.pages.text import whole_number


@pytest.mark.parametrize("text", ["", " 1", "-1", "1.0", "²", "١", "1_0", "9" * 10, "9" * 5000])
def test_nothing_else_is_a_whole_number(text: str) -> None:
    assert whole_number(text) is None


def test_as_many_digits_as_a_column_holds_are() -> None:
    assert whole_number("0") == 0
    assert whole_number("9" * 9) == 999_999_999
    assert whole_number("9" * 18, most_digits=18) == 10**18 - 1
