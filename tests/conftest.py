"""What every test may lean on."""

import gc
import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.commands import flush
from django.db import connection
from django.template import Context, Template
from django.test.utils import instrumented_test_render  # type: ignore[attr-defined]  # left out by the stubs
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from whitenoise.base import WhiteNoise  # type: ignore[import-untyped]  # it ships no types

from nps_project.background.dispatch import Dispatcher
from nps_project.web import rate_limit
from surveys.scanners import openings
from tests import kept_cluster, services
from tests.kept_rows import forget_memories
from tests.quick_flush import ShippedDatabase, may_restore

# The files that take longest: begun first, so that no process waits long for the last one of another; those
# that mostly wait for something stand beside those that keep a core busy.
LONGEST = [
    "tests/browser/test_every_page.py",
    "tests/browser/test_chain.py",
    "tests/faults/test_promises.py",
    "tests/nps_project/embedded/test_run.py",
    "tests/nps_project/operations/test_backup.py",
    "tests/faults/test_asking.py",
    "tests/browser/test_kept_forms.py",
    "tests/faults/test_storm.py",
    "tests/hostile/test_strangers.py",
    "tests/project/test_production_shape.py",
    "tests/project/test_baseline.py",
    "tests/hostile/test_forms.py",
    "tests/hostile/test_connections.py",
    "tests/hostile/test_roles.py",
    "tests/hostile/test_server.py",
    "tests/nps_project/accounts/test_kept_forms.py",
    "tests/faults/test_imports_survive.py",
    "tests/hostile/test_schema.py",
    "tests/faults/test_tickets_survive.py",  # after the three above it in this folder: it stops the broker
    "tests/hostile/test_backup.py",
    "tests/browser/test_going_back.py",
    "tests/hostile/test_strangers_rows.py",
    "tests/browser/test_desk.py",
    "tests/followup/demo/test_sample_year.py",
    "tests/followup/demo/test_demo.py",
    "tests/hostile/test_wire.py",
    "tests/surveys/scanners/test_a_thousand.py",
    "tests/nps_project/deliveries/inbound/test_watching.py",
    "tests/hostile/test_races.py",
    "tests/browser/test_tap.py",
    "tests/nps_project/deliveries/inbound/test_mailbox.py",
    "tests/hostile/test_uploads.py",
    "tests/nps_project/embedded/test_run_commands.py",
    "tests/nps_project/api/test_scopes.py",
    "tests/followup/clocks/test_targets.py",
    "tests/nps_project/embedded/test_embedded.py",
    "tests/browser/test_first_screen.py",
    "tests/browser/test_bell.py",
    "tests/nps_project/web/test_changed_meanwhile.py",
    "tests/followup/desk/test_desk_work.py",
    "tests/hostile/test_api_values.py",
]


DRAW = vars(Template)["_render"]  # before the environment of the tests puts its own in this place
# A machine with other work is slow to make up input; that says nothing of the product.
hypothesis_settings.register_profile("here", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("here")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """In a worker of pytest-xdist the longest files come first; a single process keeps the usual order."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        place = {name: number for number, name in enumerate(LONGEST)}
        items.sort(key=lambda item: place.get(item.nodeid.split("::")[0], len(LONGEST)))


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: the garbage collector need not look at it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """The test database is a copy of one that has every table."""
    if services.has_migrated_database():
        connection.settings_dict["TEST"]["TEMPLATE"] = kept_cluster.MIGRATED


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """What a transactional test leaves behind is removed quickly, which Django does by its command `flush`.

    Other connections may be left: those of a live server's threads, and the one of tests that ran beside Playwright's
    loop, where Django has another connection than here. The one here may be dead since a test crashed the server.
    So this one begins anew and ends all others; then the database can be dropped.
    """
    with django_db_blocker.unblock():
        if may_restore():
            shipped = ShippedDatabase()
            flush.Command.handle = lambda _command, **_options: shipped.restore()  # type: ignore[method-assign]
    yield
    connection.close()
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(scope="session", autouse=True)
def static_files() -> None:
    """Pages are drawn with the static files of production: hashed names from a manifest, collected once."""
    if not (settings.STATIC_ROOT / "staticfiles.json").exists():
        call_command("collectstatic", interactive=False, verbosity=0)


@pytest.fixture(scope="session", autouse=True)
def static_files_looked_at_once(static_files: None) -> None:
    """Each client of a test has a middleware of its own; that of the static files looks at 700 of them as it begins."""
    look, seen = WhiteNoise.update_files_dictionary, dict[tuple[str, str], dict[str, Any]]()

    def look_once(self: WhiteNoise, root: str, prefix: str) -> None:
        if (root, prefix) not in seen:
            look(self, root, prefix)
            seen[root, prefix] = dict(self.files)
        self.files.update(seen[root, prefix])

    WhiteNoise.update_files_dictionary = look_once


@pytest.fixture(scope="session", autouse=True)
def contexts_of_pages_alone(django_test_environment: None) -> None:
    """What a page was drawn from is kept for tests to look at, but not what each of its hundreds of parts was."""

    def draw(self: Template, context: Context) -> str:
        rendered: str = (instrumented_test_render if context.template is self else DRAW)(self, context)
        return rendered

    Template._render = draw  # type: ignore[attr-defined]


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> None:
    """Hashing that takes a quarter of a second is for production; here it would be most of the time."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session", autouse=True)
def dispatch_without_a_database() -> None:
    """The thread that dispatches outlives the test that began it, and is not to write into another one's database."""
    Dispatcher.report_dropped = lambda self: None  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def openings_by_hand() -> None:
    """Openings of mails are written when a test says so, into its own database."""
    openings.writer.write_by_hand()


@pytest.fixture(autouse=True)
def nothing_in_memory() -> None:
    """As a process begins."""
    forget_memories()


@pytest.fixture
def no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything may be done as often as one likes, as without a store."""
    monkeypatch.setattr(rate_limit.store, "ask", lambda _question, otherwise, **_how: otherwise)


@pytest.fixture
def new_limits(settings: Any) -> Iterator[None]:
    """Nothing was counted before, and a busy machine is not a store that is gone."""
    settings.REDIS_TIMEOUT_S = 5
    rate_limit.store.reconnect()
    services.valkey().flushall()
    yield
    rate_limit.store.reconnect()


@pytest.fixture(autouse=True)
def in_english() -> None:
    """A request leaves its language on the thread, and the next test does not begin in Dutch."""
    translation.activate(settings.LANGUAGE_CODE)
