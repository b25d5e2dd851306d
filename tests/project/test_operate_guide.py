"""docs/operate.md names what there is: every variable, command and metric, and no other."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands
from django.test import Client

from nps_project.common import replica
from nps_project.health import metrics
from nps_project.health import replica as of_replica

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs/operate.md").read_text()
OUTSIDE = {"POSTGRES_PASSWORD", "ADMIN_PASSWORD"}  # read by compose, and by the start itself


def section(title: str) -> str:
    return re.split(r"^## ", GUIDE, flags=re.MULTILINE)[
        [part.splitlines()[0] for part in re.split(r"^## ", GUIDE, flags=re.MULTILINE)].index(title)
    ]


def test_every_variable_is_explained() -> None:
    read = {
        name
        for path in [*(ROOT / "nps_project").rglob("*.py"), *(ROOT / "followup").rglob("*.py")]
        for name in re.findall(r"env\.[a-z_]+\(\s*\"([A-Z_]+)\"", path.read_text())
    }
    told = {
        name
        for line in section("Environment").splitlines()
        if line.startswith("| `")
        for name in re.findall(r"`([A-Z_]+)`", line.split("|")[1])
    }
    assert told == read | OUTSIDE


def test_every_command_that_is_named_is_there() -> None:
    named = set(re.findall(r"manage\.py ([a-z_]+)", GUIDE)) | {
        word
        for line in section("Commands").splitlines()
        if line.startswith("| `") and "manage.py" not in line
        for word in re.findall(r"`([a-z_]+)", line.split("|")[1])
    }
    assert len(named) > 10
    assert named <= set(get_commands())


@pytest.mark.django_db
def test_every_metric_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replica, "look", lambda: replica.Known(0.0))  # as where there is one
    monkeypatch.setattr(metrics, "SOURCES", [*metrics.SOURCES, of_replica.metrics])
    shown = set(re.findall(r"^# TYPE (\w+)", Client().get("/metrics").content.decode(), re.MULTILINE))
    shown = {"winback_wakeups_dropped_total" if "wakeups" in name else name for name in shown}
    assert set(re.findall(r"`(winback_\w+)", GUIDE)) == shown


def test_the_product_behind_the_proxy_of_the_guide_is_told_what_it_needs() -> None:
    told = set(re.findall(r"proxy_set_header (\S+)", GUIDE))
    assert {"Host", "X-Forwarded-For", "X-Forwarded-Proto", "X-Request-ID"} <= told


def test_an_upgrade_migrates_before_it_stops_the_web() -> None:
    lines = [line.split("  ")[0] for line in section("Upgrade").splitlines() if line.startswith("docker compose")]
    assert lines == [
        "docker compose build", "docker compose run --rm setup",
        "docker compose up --detach --no-deps web worker sweeps mail bulk beat",
    ]  # fmt: skip


def test_a_restore_ends_with_a_product_that_runs() -> None:
    lines = [line.split("  ")[0] for line in section("Backup").splitlines() if line.startswith("docker compose")]
    assert lines[1] == "docker compose stop web worker sweeps mail bulk beat"
    assert lines[-1] == "docker compose up --detach"
    assert not [line for line in lines if "&&" in line], "a refused restore must not keep it off"
