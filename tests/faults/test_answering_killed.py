"""Every answer that was acknowledged is there exactly once.

It is so whatever is killed meanwhile.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from pledge_portal.database.embedded import EmbeddedServer
from tests.faults.killing import Place
from tests.served import ROOT, free_port

# ANSWERS=10000 asks for as many as an evening has room for.
ANSWERS = int(os.environ.get("ANSWERS", "120"))
# So many get through between two kills, so that each comes in the midst of work.
_BETWEEN = max(30, ANSWERS // 40)
MAKE_A_DIALOGUE = """
from datetime import date
from django.utils import timezone
from dialogues.calendar import rules
from dialogues.models import Dialogue
from pledges.models import Municipality
made = Dialogue.objects.create(municipality=Municipality.objects.get(slug="alvsbyn"),
    kind="online", title="Fråga", question="Vad är viktigt?",
    opens_on=date(2020, 1, 1), closes_on=date(2099, 1, 1))
rules.announce(made, timezone.now(), date(2020, 1, 1))
"""


class WebServer:
    """The portal's web server, without what `serve` does besides.

    It is killed with all its processes.
    """

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self._environment = environment
        self._log = log
        self.start()

    def start(self) -> None:
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "gunicorn", "pledge_portal.wsgi:application"),
                    *("--bind", f"127.0.0.1:{self._environment['PORT']}"),
                    *("--worker-class", "gthread", "--workers", "2", "--threads", "4"),
                    *("--log-level", "warning", "--no-control-socket"),
                ],
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


def test_acknowledged_answers_survive_kills_of_portal_and_database_exactly_once(
    own_server: Callable[..., tuple[Place, EmbeddedServer]], tmp_path: Path
) -> None:
    place, database = own_server(adopted=False)
    place.manage("shell", "-v", "0", "-c", MAKE_A_DIALOGUE)
    environment = {
        **place.environment,
        "DJANGO_SETTINGS_MODULE": "pledge_portal.settings",
        "PORT": str(free_port()),
        "OPEN_FORMS_PER_HOUR": "1000000",
        "OPEN_FORMS_WITHOUT_SCRIPT": "1000000",
    }
    web = WebServer(environment, tmp_path / "log")
    file = tmp_path / "acknowledged"
    file.touch()
    clients = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.answering", str(ANSWERS), str(file)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    kills: Counter[str] = Counter()
    try:
        while clients.poll() is None:
            time.sleep(0.05)
            if len(file.read_text().splitlines()) < _BETWEEN * (kills.total() + 1):
                continue
            if kills["portal"] <= kills["database"]:
                kills["portal"] += 1
                web.kill()
                web.start()
            else:
                kills["database"] += 1
                database.kill()
                database.start()
        output = clients.communicate()[0]
    finally:
        clients.kill()
        web.kill()
    assert clients.returncode == 0
    acknowledged = file.read_text().splitlines()
    with place.connect() as connection:
        stored = [
            str(sending)
            for (sending,) in connection.execute("SELECT sending FROM dialogues_submission")
        ]
    assert min(kills["portal"], kills["database"]) >= 1
    assert json.loads(output)["again"], "no kill came in the midst of a sending"
    assert len(acknowledged) == ANSWERS
    assert sorted(stored) == sorted(acknowledged)
