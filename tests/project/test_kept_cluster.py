"""The cluster that is kept between sessions of tests: made once, copied, known by what made it."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from django.conf import settings
from django.db import connection

from nps_project.embedded.places import Place
from nps_project.embedded.servers import Postgres
from tests import kept_cluster, services
from tests.conftest import LONGEST
from tests.product import CHECKOUT


def server(home: Path) -> Postgres:
    """One that was never started."""
    (home / "postgres").mkdir(parents=True)
    return Postgres(Place(home, home, home, home, home, None))


def test_processes_that_come_at_once_make_one_and_each_gets_a_copy(tmp_path: Path) -> None:
    (tmp_path / "kept" / "cluster-of-before").mkdir(parents=True)
    made: list[Postgres] = []

    def make(of: Postgres) -> None:
        made.append(of)
        of.cluster.mkdir()
        (of.cluster / "PG_VERSION").write_text("18")

    servers = [server(tmp_path / str(number)) for number in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda one: kept_cluster.provide(one, tmp_path / "kept", make), servers))

    assert len(made) == 1
    assert [(one.cluster / "PG_VERSION").read_text() for one in servers] == ["18"] * 4
    kept = [path.name for path in (tmp_path / "kept").glob("cluster-*")]
    assert kept == [f"cluster-{kept_cluster.fingerprint()}"], "that of before is removed"


def test_another_migration_or_lock_makes_another_one(tmp_path: Path) -> None:
    for name in ("nps_project", "surveys", "followup"):
        shutil.copytree(CHECKOUT / name, tmp_path / name, ignore=shutil.ignore_patterns("locale", "__pycache__"))
    shutil.copy(CHECKOUT / "requirements.txt", tmp_path)
    assert kept_cluster.fingerprint(tmp_path) == kept_cluster.fingerprint()
    (tmp_path / "requirements.txt").write_text("django==5.2\n")
    with_other_lock = kept_cluster.fingerprint(tmp_path)
    (tmp_path / "surveys/migrations/9999_of_tomorrow.py").write_text("")
    assert len({kept_cluster.fingerprint(), with_other_lock, kept_cluster.fingerprint(tmp_path)}) == 3


def test_the_database_of_the_tests_is_a_copy_of_it(db: None) -> None:
    assert services.has_migrated_database()
    assert settings.DATABASES["default"]["TEST"]["TEMPLATE"] == kept_cluster.MIGRATED
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_database WHERE datname = %s", [kept_cluster.MIGRATED])
        assert cursor.fetchone() == (1,)


def test_the_files_that_begin_first_are_there() -> None:
    assert [name for name in LONGEST if not (CHECKOUT / name).is_file()] == []
