"""The commands of docker-compose.yml and Dockerfile as they stand there: from a database without rows to a ticket."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import yaml
from celery import Celery

from tests.databases import ask, migrated_database, with_database
from tests.faults.programs import Program, ProgramFromNothing, answers, environment, fetch, last_ran_yesterday, running
from tests.product import CHECKOUT, free_port, within

DATABASE = "production"


@pytest.fixture
def product(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of the containers, with a database that nobody has used."""
    made = environment(
        VAR_DIR=str(tmp_path), SITE_URL=f"http://127.0.0.1:{free_port()}", ADMIN_EMAIL="a@winback.example",
        ADMIN_PASSWORD="long enough for one", LOG_FORMAT="json", SECRET_KEY="",
        PYTHONWARNINGS="ignore:You're running the worker",  # as root, which the containers do not do
    )  # fmt: skip
    made["DATABASE_URL"] = with_database(made["DATABASE_URL"], DATABASE)
    made["REDIS_URL"] = re.sub(r"db=\d+", "db=7", made["REDIS_URL"])
    made["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    with migrated_database(DATABASE):
        yield made


def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())["services"])


def web_command(port: str) -> list[str]:
    """The image's own command, at a free port."""
    text = (CHECKOUT / "Dockerfile").read_text().replace("\\\n", " ")
    words: list[str] = json.loads(text[text.rindex("\nCMD ") + 5 :])
    assert words.count("8000") == 1
    return [port if word == "8000" else word for word in words]


def is_healthy(port: str) -> bool:
    """What the health check of the web says."""
    asks, python, *words = compose()["web"]["healthcheck"]["test"]
    assert (asks, python) == ("CMD", "python")
    words = [word.replace("8000", port) for word in words]
    return subprocess.run([sys.executable, *words], capture_output=True, timeout=20, check=False).returncode == 0


def _set_up(product: dict[str, str]) -> None:
    """It runs at each start; its last line asks for a password of the first admin, and later starts need none."""
    command: list[str] = compose()["setup"]["command"]
    *_before, last_line = command[-1].strip().splitlines()
    assert "first_start" in last_line

    def start(lines: str, **more: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [*command[:-1], lines], cwd=CHECKOUT, env=product | more, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=240, check=False,
        )  # fmt: skip

    refused = start(last_line, ADMIN_PASSWORD="")
    assert (refused.returncode, "Traceback" in refused.stderr) == (1, False)
    assert "winback: ADMIN_PASSWORD is ''; allowed: the password of the first admin" in refused.stderr
    assert ask(DATABASE, "SELECT count(*) FROM accounts_user") == 0
    first = start(command[-1])
    assert first.returncode == 0, first.stderr
    later = start(last_line, ADMIN_PASSWORD="")
    assert (later.returncode, later.stderr) == (0, "")


@pytest.mark.django_db(transaction=True)
def test_from_an_empty_database_to_a_ticket(product: dict[str, str], tmp_path: Path) -> None:
    services = compose()
    _set_up(product)
    assert any((tmp_path / "static" / "css").glob("tokens.*.css.gz")), "compressed, under a name of its content"

    site = product["SITE_URL"]
    last_ran_yesterday(tmp_path)  # so beat sends everything at once
    with ExitStack() as stack:
        programs: dict[str, Program] = {"web": ProgramFromNothing(web_command(site.rsplit(":", 1)[1]), **product)}
        stack.enter_context(running(programs["web"], lambda: answers(f"{site}/healthz")))
        assert is_healthy(site.rsplit(":", 1)[1])
        assert not is_healthy(str(free_port()))
        for name in ("worker", "sweeps", "mail", "bulk", "beat"):
            words = [word.replace("=/tmp", f"={tmp_path}") for word in services[name]["command"]]
            named = ["--hostname", f"{name}@tests"] if "worker" in words else []
            begins = ProgramFromNothing if name == "worker" else Program  # the others differ by their words
            programs[name] = begins([*words, *named], **product)
            stack.callback(programs[name].stop)
        slug = ask(DATABASE, "SELECT slug FROM surveys_survey")
        assert fetch(f"{site}/s/{slug}/", "score=2&contact_email=kim%40firma.example")[0] == 303
        assert within(40, lambda: ask(DATABASE, "SELECT count(*) FROM followup_ticket") == 1), programs["worker"].said()
        seen = "SELECT count(DISTINCT name) FROM health_signoflife WHERE name IN ('lane:bulk', 'beat')"
        assert within(60, lambda: ask(DATABASE, seen) == 2), "".join(program.said() for program in programs.values())
        broker = product["REDIS_URL"].replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
        workers = Celery(broker=broker, set_as_current=False).control  # else tasks of later tests went there
        assert within(20, lambda: len(workers.ping(timeout=1) or []) == 4)
        for name in ("beat", "mail", "sweeps", "bulk", "worker", "web"):
            programs[name].process.terminate()
        for program in programs.values():
            assert program.process.wait(30) == 0, program.said()
        for name, program in programs.items():
            said = program.said().replace("worker: Warm shutdown (MainProcess)", "")  # written by a signal handler
            for line in filter(None, said.splitlines()):
                told = json.loads(line)  # one object a line, from the first to the last
                assert told["level"] in ("INFO", "WARNING"), f"{name}: {line}"
