"""Clearing gets past the guards of signed pledges.

Tests with real transactions leave signed pledges behind.
"""

import pytest
from django.db import DatabaseError, connection

from pledge_portal.database.acting import as_owner
from pledges.models import Pledge
from tests.builders import a_pledge


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_a_signed_pledge_is_cleared_after_the_test_and_guarded_in_it(turn: int) -> None:
    assert not Pledge.objects.exists()
    pledge = a_pledge()
    with pytest.raises(DatabaseError):
        pledge.delete()
    with pytest.raises(DatabaseError), as_owner(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE pledges_pledge CASCADE")
    assert Pledge.objects.filter(pk=pledge.pk).exists()
