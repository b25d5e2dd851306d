"""Figures are read from a streaming replica while it keeps up, and from the database itself when it does not."""

import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.checks import run_checks
from django.db import connection, connections
from django.test import Client

from followup.insights.kept import store
from nps_project.accounts.models import Team
from nps_project.common import replica
from nps_project.embedded import USER, EmbeddedError
from nps_project.embedded.places import prepare_in, service_account
from nps_project.embedded.processes import run_as
from nps_project.health import replica as health
from nps_project.health.checks import State
from surveys.models import Survey
from tests import services
from tests.factories import client_of, make_answer, make_survey, make_user

pytestmark = pytest.mark.django_db(transaction=True)
FIGURES = [
    "/insights/",
    "/insights/overview.csv",
    "/insights/compare/?by=survey",
    "/insights/silence/",
    "/insights/wall/",
]


class Standby(services.TestPostgres):
    """A hot standby of the session's server, made as docs/operate.md says it."""

    def set_up(self) -> None:
        made = run_as(
            self.place.account,
            [str(self.place.postgres_bin / "pg_basebackup"), f"--host={services.postgres().place.sockets}",
             f"--username={USER}", f"--pgdata={self.cluster}", "--write-recovery-conf", "--checkpoint=fast",
             "--no-sync"], cwd=self.cluster.parent,
        )  # fmt: skip
        if made.returncode:
            raise EmbeddedError(made.stderr)

    def make_database(self) -> None:
        """It has those of the other."""


@pytest.fixture
def standby(settings: LazySettings) -> Iterator[Standby]:
    root = Path(tempfile.mkdtemp(prefix="winback-replica-"))
    root.chmod(0o711)
    for name in ("var", "data"):
        (root / name).mkdir(mode=0o711)
        (root / name).chmod(0o711)
    server = Standby(prepare_in(root / "var", root / "data", root / "sockets", service_account()), services.QUICK)
    server.start()
    settings.DATABASE_REPLICA = connection.settings_dict | {"HOST": str(server.place.sockets)}
    settings.DATABASE_REPLICA_SECONDS = 600
    replica.forget()
    yield server
    server.stop()
    shutil.rmtree(root, ignore_errors=True)
    settings.DATABASE_REPLICA = {}
    replica.forget()


def _on_standby(server: Standby, sql: str) -> Any:
    there = server.connect(connection.settings_dict["NAME"])
    try:
        with there.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone()[0]
    finally:
        there.close()


def _wait_until(is_so: Callable[[], bool]) -> None:
    ends = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < ends
        time.sleep(0.02)


def _answers_on(page: Client) -> int:
    return int(page.get("/insights/overview.csv").getvalue().decode().splitlines()[1].split(",")[5])


def _metrics() -> dict[str, float]:
    return {sample.name: sample.value for metric in health.metrics() for sample in metric.samples}


def _is_read_from_standby() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_is_in_recovery()")
        return bool(cursor.fetchone()[0])


def test_figures_come_from_a_replica_that_keeps_up_and_else_from_the_database(
    standby: Standby, settings: LazySettings
) -> None:
    survey, reader = make_survey(), client_of(make_user("boss", role="manager"))
    make_answer(survey, 9)
    _wait_until(lambda: _on_standby(standby, "SELECT count(*) FROM surveys_response") == 1)
    assert replica.on_replica(_is_read_from_standby)
    assert not _is_read_from_standby()
    assert [reader.get(path).status_code for path in FIGURES] == [200] * len(FIGURES)
    assert health.check().state == State.OK
    assert _metrics() == {"winback_replica_used": 1, "winback_replica_lag_seconds": 0}

    _on_standby(standby, "SELECT pg_wal_replay_pause()")
    make_answer(survey, 3)
    replica.forget()
    assert _answers_on(reader) == 1  # behind, by less than is allowed
    reader.post("/insights/days/", {})
    assert _answers_on(reader) == 2  # who changed something sees it
    reader.cookies.pop(replica.WROTE)
    settings.DATABASE_REPLICA_SECONDS = 0
    replica.forget()
    assert _answers_on(reader) == 2
    assert health.check().state == State.LOOK
    settings.DATABASE_REPLICA_SECONDS = 600

    replica.forget()
    assert _answers_on(reader) == 1
    standby.crash()
    assert _answers_on(reader) == 2  # the replica is gone while it counts as there
    assert [reader.get(path).status_code for path in FIGURES] == [200] * len(FIGURES)
    assert health.check().state == State.BROKEN
    assert _metrics() == {"winback_replica_used": 0}


def test_what_a_replica_did_not_know_yet_is_not_kept_as_new(standby: Standby, settings: LazySettings) -> None:
    """It still takes somebody for a member of the team that they left: when it knows better, so do the figures."""
    settings.FIGURES_KEPT_FROM_MS = 0
    store.forget_all()
    north, ann = Team.objects.create(name="North"), make_user("ann", role="manager", all_teams=False)
    north.members.add(ann)
    survey, reader = make_survey(), client_of(ann)
    Survey.objects.filter(pk=survey.pk).update(team=north)
    for _number in range(13):
        make_answer(survey, 10)

    def look() -> bool:
        replica.forget()
        shown = re.sub(r"<[^>]+>|\s+", " ", reader.get("/insights/compare/?by=language").content.decode())
        connections.close_all()
        return re.search(r"\bn +13\b", shown) is not None

    def sees_them() -> bool:
        with ThreadPoolExecutor(1) as thread:  # which keeps no connection to the replica of another test
            return thread.submit(look).result()

    _wait_until(lambda: _on_standby(standby, "SELECT count(*) FROM surveys_response") == 13)
    _on_standby(standby, "SELECT pg_wal_replay_pause()")
    north.members.remove(ann)
    assert sees_them(), "behind, by less than is allowed"
    _on_standby(standby, "SELECT pg_wal_replay_resume()")
    _wait_until(lambda: _on_standby(standby, "SELECT count(*) FROM accounts_team_members") == 0)
    assert not sees_them()


def test_what_writes_is_done_on_the_database_itself(standby: Standby) -> None:
    survey = make_survey()

    def rename() -> bool:
        Survey.objects.filter(pk=survey.pk).update(name="Renamed")
        return _is_read_from_standby()

    assert not replica.on_replica(rename)
    assert Survey.objects.get(pk=survey.pk).name == "Renamed"


def test_an_address_that_leads_to_no_replica_is_never_read_from_and_told(settings: LazySettings) -> None:
    settings.DATABASE_REPLICA = dict(connections["default"].settings_dict)
    replica.forget()
    assert not replica.on_replica(_is_read_from_standby)
    assert health.check().state == State.BROKEN
    assert "winback.W002" in [one.id for one in run_checks(include_deployment_checks=True)]
    settings.DATABASE_REPLICA = {}
    replica.forget()
