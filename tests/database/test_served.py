"""The served portal that other tests build on is whole."""

import pytest

from tests.browsing import NewPage
from tests.served import ServedPortal


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/alvsbyn/",
        "/alvsbyn/2023-2025/",
        "/alvsbyn/2023-2025/ataganden/1/",
        "/en/alvsbyn/2023-2025/",
        "/readyz",
    ],
)
def test_the_demonstration_is_served(served: ServedPortal, address: str) -> None:
    assert served.get(address).status == 200


def test_commands_work_beside_the_portal(served: ServedPortal) -> None:
    assert "2023-2025" in served.run("export_pledge", "alvsbyn", "2023-2025").stdout
    with served.connect() as connection:
        assert connection.execute("SELECT count(*) FROM pledges_municipality").fetchone() == (290,)


def test_a_browser_shows_it_with_its_styles(served: ServedPortal, new_page: NewPage) -> None:
    page = new_page(320)
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text))
    page.on("response", lambda answer: answer.ok or faults.append(answer.url))
    page.goto(served.url + "/alvsbyn/2023-2025/")
    assert page.locator("h1").count() == 1
    assert faults == []
