"""Every action that was acknowledged is there exactly once.

It is so however often the portal is killed.
"""

import json
import subprocess
import sys
from collections.abc import Callable

from tests.faults.killing import KILLS as SHARES
from tests.faults.killing import Place
from tests.served import ROOT

KILLS = 6 * SHARES


def test_acknowledged_actions_survive_kills_exactly_once(
    copy_of: Callable[..., Place],
) -> None:
    place = copy_of(adopted=True)
    for _ in range(2):
        place.manage("sign_pledge", "alvsbyn", "2023-2025", "--demo")
    output = subprocess.run(
        [sys.executable, "-m", "tests.faults.recording", str(KILLS), "7"],
        cwd=ROOT,
        env={**place.environment, "DJANGO_SETTINGS_MODULE": "pledge_portal.settings"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    outcome = json.loads(output)
    place.wait_until_quiet()
    with place.connect() as connection:
        stored = [
            str(name)
            for (name,) in connection.execute("SELECT submission FROM pledges_completedaction")
        ]
        halves = connection.execute(
            "SELECT count(*) FROM pledges_completedaction a"
            " LEFT JOIN pledges_publishedaction p ON p.action_id = a.id"
            " LEFT JOIN pledges_internalnote n ON n.action_id = a.id"
            " WHERE p.uid IS NULL OR n.id IS NULL"
        ).fetchone()
    assert len(outcome["acknowledged"]) >= KILLS
    assert outcome["sent_again"], "no kill came in the midst of a write"
    assert sorted(stored) == sorted([*outcome["acknowledged"], *outcome["sent_again"]])
    assert halves == (0,), "an action without its public part or its note"
