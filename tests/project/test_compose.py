"""The production shape: what starts, in which order, and what must be given."""

from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
OURS = ("web", "worker", "beat")


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    return dict(yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"])


def test_the_servers_are_the_versions_that_are_embedded_too(services: dict[str, Any]) -> None:
    assert services["database"]["image"] == "postgres:18"
    assert services["broker"]["image"].startswith("valkey/valkey:9")


def test_the_admin_password_must_be_given(services: dict[str, Any]) -> None:
    assert services["setup"]["environment"]["ADMIN_PASSWORD"].startswith("${ADMIN_PASSWORD:?")


@pytest.mark.parametrize("name", OURS)
def test_nothing_starts_before_the_servers_are_healthy_and_set_up(services: dict[str, Any], name: str) -> None:
    assert services[name]["depends_on"] == {
        "setup": {"condition": "service_completed_successfully"},
        "database": {"condition": "service_healthy"},
        "broker": {"condition": "service_healthy"},
    }


def test_only_the_web_is_reachable_from_outside_and_by_default_from_this_machine(services: dict[str, Any]) -> None:
    assert {name for name, service in services.items() if "ports" in service} == {"web"}
    assert services["web"]["ports"] == ["${HOST:-127.0.0.1}:${PORT:-8000}:8000"]


@pytest.mark.parametrize("name", [*OURS, "setup"])
def test_the_product_runs_without_powers_and_shares_one_configuration(services: dict[str, Any], name: str) -> None:
    service = services[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["environment"].items() >= services["web"]["environment"].items()
    assert service["volumes"] == ["var:/var/lib/winback"]


def test_what_is_stored_lies_on_volumes(services: dict[str, Any]) -> None:
    assert services["database"]["volumes"] == ["database:/var/lib/postgresql"]  # where PostgreSQL 18 keeps it
    assert services["broker"]["volumes"] == ["broker:/data"]
