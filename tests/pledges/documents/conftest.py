"""A small pledge document in every state from HTML to signed by both."""

import pytest

from pledges.documents.demo_authority import DemoAuthority, ensure_demo_authority
from pledges.documents.prepare import prepare
from pledges.documents.render import Rendered, render
from pledges.documents.report import TrustRoot
from tests.pledges.documents.certificates import Authority, authority
from tests.pledges.documents.samples import (
    FIELDS,
    STATIC,
    attachment,
    backend,
    page_with_lines,
    signed,
)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoAuthority:
    return ensure_demo_authority(tmp_path_factory.mktemp("demo") / "authority")


@pytest.fixture(scope="session")
def roots(demo: DemoAuthority) -> list[TrustRoot]:
    return [TrustRoot("Demonstration", demo.certificate.read_bytes(), is_demo=True)]


@pytest.fixture(scope="session")
def rendered() -> Rendered:
    return render(
        page_with_lines(2),
        base_folder=STATIC,
        anchors=["line-1", "line-2"],
        attachments=[attachment()],
    )


@pytest.fixture(scope="session")
def prepared(rendered: Rendered) -> bytes:
    return prepare(rendered, FIELDS)


@pytest.fixture(scope="session")
def once(prepared: bytes, demo: DemoAuthority) -> bytes:
    return signed(prepared, 1, backend(demo, "Anna Ödlund", "Älvsbyns kommun"))


@pytest.fixture(scope="session")
def twice(once: bytes, demo: DemoAuthority) -> bytes:
    return signed(once, 2, backend(demo, "Bo Čohkka", "Polismyndigheten"))


@pytest.fixture(scope="session")
def outside() -> Authority:
    """Give an authority that the portal trusts.

    The service has its keys from it.
    """
    return authority("Tjänstens utfärdare")
