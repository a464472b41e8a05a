"""What the portal's log tells of the records that a test has caught."""

import pytest

from pledge_portal.operations.logs import JsonFormatter


def as_logged(caplog: pytest.LogCaptureFixture) -> str:
    """Return the lines as they are written when the portal runs."""
    return "\n".join(map(JsonFormatter().format, caplog.records))
