"""The production shape: what starts, in which order, and what must be given."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml
from compose_spec import PyCompose

from nps_project.background.queues import QUEUES

ROOT = Path(__file__).resolve().parents[2]
OURS = ("web", "worker", "sweeps", "mail", "bulk", "beat")


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    return dict(yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"])


def test_the_servers_are_the_versions_that_are_embedded_too(services: dict[str, Any]) -> None:
    assert services["database"]["image"] == "postgres:18"
    assert services["broker"]["image"].startswith("valkey/valkey:9")


def test_the_admin_password_is_asked_for_on_an_empty_database_alone(services: dict[str, Any]) -> None:
    setup = services["setup"]
    assert setup["environment"]["ADMIN_PASSWORD"] == "${ADMIN_PASSWORD:-}"  # noqa: S105
    assert "first_start --password-must-be-given" in setup["command"][-1]


def test_the_password_of_the_database_stands_in_no_address(services: dict[str, Any]) -> None:
    told = services["web"]["environment"]
    assert told["DATABASE_URL"] == "postgresql://winback@database:5432/winback"
    assert told["PGPASSWORD"] == services["database"]["environment"]["POSTGRES_PASSWORD"]


def test_links_follow_the_port(services: dict[str, Any]) -> None:
    assert services["web"]["environment"]["SITE_URL"] == "${SITE_URL:-http://localhost:${PORT:-8000}}"
    assert re.search(r"^SITE_URL=$", (ROOT / ".env.example").read_text(), re.MULTILINE)


def test_one_service_builds_the_image_and_the_others_wait_for_it(services: dict[str, Any]) -> None:
    ours = {name: service for name, service in services.items() if service["image"] == "winback"}
    assert set(ours) == {*OURS, "setup"}
    assert [name for name, service in ours.items() if "build" in service] == ["setup"]
    assert {name for name, service in ours.items() if service["pull_policy"] == "never"} == set(OURS)


def test_health_is_asked_of_what_can_tell_it_and_soon_after_the_start(services: dict[str, Any]) -> None:
    asked = {name: service["healthcheck"] for name, service in services.items() if "healthcheck" in service}
    assert set(asked) == {"database", "broker", "web", "worker", "sweeps", "mail", "bulk"}
    for check in asked.values():
        assert "disable" not in check
        assert int(check["start_interval"].removesuffix("s")) <= 5
        assert int(check["start_period"].removesuffix("s")) >= 30
    assert "HEALTHCHECK" not in [word for word, _rest in dockerfile()], "it would be beat's and setup's, too"


def test_the_volume_is_the_users_alone_and_holds_no_skeleton() -> None:
    made = next(rest for word, rest in dockerfile() if word == "RUN" and "useradd" in rest)
    assert "groupadd --gid 10001 winback" in made
    assert "useradd --uid 10001 --gid 10001" in made
    assert "--no-create-home" in made
    assert "install --directory --owner=winback --group=winback --mode=750 /var/lib/winback" in made


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


def filled_in() -> str:
    """As compose reads it: every variable with its default."""
    text, before = (ROOT / "docker-compose.yml").read_text(), ""
    while text != before:  # a default may have a variable in it
        before, text = text, re.sub(r"\$\{\w+:-([^${}]*)\}", r"\1", text)
    assert "${" not in text
    return text


def parse(text: str) -> PyCompose:
    """Raises: ValueError for what the Compose Specification does not know."""
    read = PyCompose.from_json(json.dumps(yaml.safe_load(text)))
    read.validate()
    return read


def test_the_file_keeps_to_the_compose_specification(services: dict[str, Any]) -> None:
    assert set(parse(filled_in()).service_names()) == set(services)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("restart: unless-stopped", "restart: {policy: always}"),
        ("restart: unless-stopped", "restart_policy: always"),
        ("condition: service_healthy", "condition: service_merry"),
        ("interval: 5s", "interval: often"),
    ],
)
def test_the_reader_of_that_specification_finds_mistakes(right: str, wrong: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse(filled_in().replace(right, wrong, 1))


def test_each_queue_has_a_worker_of_its_own(services: dict[str, Any]) -> None:
    queues = {
        word.removeprefix("--queues=")
        for name in OURS
        for word in services[name].get("command", [])
        if word.startswith("--queues=")
    }
    assert queues == set(QUEUES)


def test_the_example_of_an_environment_names_every_variable_once(services: dict[str, Any]) -> None:
    asked = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))
    named = re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert sorted(named) == sorted(asked)


def dockerfile() -> list[list[str]]:
    """Its instructions as words, with continued lines joined."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    return [line.split(maxsplit=1) for line in re.sub(r"\\\n", " ", text).splitlines() if line.strip()]


def test_what_the_image_copies_is_there_and_is_let_in() -> None:
    copied = {
        source
        for word, rest in dockerfile()
        if word == "COPY" and not rest.startswith("--from")
        for source in shlex.split(rest)[:-1]
    }
    assert all((ROOT / source).exists() for source in copied)
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert let_in == copied


def test_the_last_stage_has_no_tools_to_build_with_and_no_root() -> None:
    lines = dockerfile()
    last = max(number for number, (word, _rest) in enumerate(lines) if word == "FROM")
    assert last > 0
    told = lines[last + 1 :]
    assert not [rest for word, rest in told if word == "RUN" and re.search(r"pip install|apt-get", rest)]
    assert ["USER", "winback"] in told
    assert [rest for word, rest in told if word == "COPY"] == [
        "--from=build /opt/winback /opt/winback", "--from=build /srv/winback /srv/winback",
    ]  # fmt: skip
