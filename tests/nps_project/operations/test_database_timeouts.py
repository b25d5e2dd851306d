"""A statement or an idle transaction that takes too long is ended, by the role of the process."""

import subprocess
import sys

import pytest

from tests.faults.programs import environment
from tests.product import CHECKOUT

SHOW = """
from django.db import connection
with connection.cursor() as cursor:
    for name in ("statement_timeout", "idle_in_transaction_session_timeout"):
        cursor.execute(f"SHOW {name}")
        print(cursor.fetchone()[0])
"""
WEB = "import nps_project.wsgi"
WORKER = (
    "import nps_project.celery, celery.signals, django; django.setup(); celery.signals.worker_init.send(sender=None)"
)
COMMAND = "import django; django.setup()"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("start", "shown"),
    [(WEB, ["15s", "30s"]), (WORKER, ["2min", "2min"]), (COMMAND, ["0", "0"])],
    ids=["web", "worker", "command"],
)
def test_each_role_has_its_timeouts(start: str, shown: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", start + SHOW],
        cwd=CHECKOUT, env=environment(DJANGO_SETTINGS_MODULE="nps_project.settings"),
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert done.stdout.split() == shown
