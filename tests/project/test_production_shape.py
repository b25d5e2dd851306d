"""The commands of docker-compose.yml and Dockerfile, run as they stand there: from an empty database to a ticket."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg2  # type: ignore[import-untyped]  # it ships no types
import pytest
import yaml
from django.db import connection

from tests.faults.programs import Program, answers, environment, fetch, running
from tests.product import CHECKOUT, free_port, within

DATABASE = "production"


@pytest.fixture
def product(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of the containers, with an empty database."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {DATABASE}")
    made = environment(
        VAR_DIR=str(tmp_path), SITE_URL=f"http://127.0.0.1:{free_port()}", ADMIN_EMAIL="a@winback.example"
    )
    made |= {"ADMIN_PASSWORD": "long enough for one", "LOG_FORMAT": "json", "SECRET_KEY": ""}
    made["DATABASE_URL"] = re.sub(r"^(\w+://[^/]*/)[^?]*", lambda match: match[1] + DATABASE, made["DATABASE_URL"])
    made["REDIS_URL"] = re.sub(r"db=\d+", "db=7", made["REDIS_URL"])
    made["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    yield made
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")


def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())["services"])


def web_command(port: str) -> list[str]:
    """The image's own command, at a free port."""
    text = (CHECKOUT / "Dockerfile").read_text().replace("\\\n", " ")
    words: list[str] = json.loads(text[text.rindex("\nCMD ") + 5 :])
    assert words.count("8000") == 1
    return [port if word == "8000" else word for word in words]


def ask(sql: str) -> Any:
    told = connection.get_connection_params() | {"dbname": DATABASE}
    found = psycopg2.connect(**{name: told[name] for name in ("dbname", "user", "host", "port") if name in told})
    try:
        with found.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone()[0]
    finally:
        found.close()


@pytest.mark.django_db(transaction=True)
def test_from_an_empty_database_to_a_ticket(product: dict[str, str], tmp_path: Path) -> None:
    services = compose()
    setup = services["setup"]["command"]
    for _twice in range(2):  # it runs at each start
        done = subprocess.run(
            setup, cwd=CHECKOUT, env=product, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    assert any((tmp_path / "static" / "css").glob("tokens.*.css.gz")), "compressed, under a name of its content"

    site = product["SITE_URL"]
    with ExitStack() as stack:
        programs = {"web": Program(web_command(site.rsplit(":", 1)[1]), **product)}
        stack.enter_context(running(programs["web"], lambda: answers(f"{site}/healthz")))
        for name in ("worker", "bulk", "beat"):
            words = [word.replace("=/tmp", f"={tmp_path}") for word in services[name]["command"]]
            named = ["--hostname", f"{name}@tests"] if "worker" in words else []
            programs[name] = Program([*words, *named], **product)
            stack.callback(programs[name].stop)
        slug = ask("SELECT slug FROM surveys_survey")
        assert fetch(f"{site}/s/{slug}/", "score=2&contact_email=kim%40firma.example")[0] == 303
        assert within(40, lambda: ask("SELECT count(*) FROM followup_ticket") == 1), programs["worker"].said()
        seen = "SELECT count(DISTINCT name) FROM health_signoflife WHERE name IN ('lane:bulk', 'beat')"
        assert within(60, lambda: ask(seen) == 2), "".join(program.said() for program in programs.values())
        for name in ("beat", "bulk", "worker", "web"):
            programs[name].process.terminate()
            assert programs[name].process.wait(30) == 0, programs[name].said()
        for program in programs.values():
            lines = [line for line in program.said().splitlines() if line.strip()]
            assert not [line for line in lines if '"level": "ERROR"' in line or "Traceback" in line]
