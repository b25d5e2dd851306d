"""An import whose worker is killed at any statement goes on, and doubles nothing."""

import sys
from pathlib import Path

import pytest

from surveys.contacts.imports import services
from surveys.contacts.imports.models import ContactImport
from surveys.contacts.imports.tasks import work
from surveys.models import Company, Contact
from tests import preloaded
from tests import services as servers
from tests.factories import client_of, make_contact, make_user
from tests.faults.programs import beat, environment, last_ran_yesterday, worker
from tests.product import within
from tests.surveys.contacts.imports.files import begin, counts, work_off

pytestmark = pytest.mark.django_db(transaction=True)

ROWS = "".join(f"customer{number}@example.com,Name {number},Acme\n" for number in range(20))


def killed_at_each_statement(run: ContactImport) -> int:
    """How often it was killed until it did a part whole."""
    done = preloaded.run([sys.executable, "-m", "tests.faults.killed_import", str(run.pk)], environment())
    *killed, last = done.stdout.split("\n")[:-1]
    assert set(killed) == {"killed"}, done.stdout + done.stderr
    assert last == "ended 0"
    return len(killed)


def test_a_worker_killed_at_any_statement_doubles_nothing_in_an_import_and_in_its_undo() -> None:
    make_contact(0)
    run = begin(f"email,name,company\n{ROWS}not an address,,\n")
    assert killed_at_each_statement(run) > 15
    run.refresh_from_db()
    assert counts(run) == (19, 1, 0, 1)
    assert run.faults.count() == 1
    assert Contact.objects.count() == 20
    assert Company.objects.count() == 1
    assert counts(work_off(run)) == (19, 1, 0, 1)

    services.undo(run_id=run.pk, by=None)
    assert killed_at_each_statement(run) > 5
    run = work_off(run)
    assert (run.undone, run.left) == (20, 0)
    assert Contact.objects.get().name == "Customer 0"
    assert not Company.objects.exists()


def test_a_killed_workers_import_is_gone_on_with_by_the_sweep(tmp_path: Path) -> None:
    servers.valkey().flushall()
    run = begin("email\n" + "".join(f"c{number}@example.com\n" for number in range(30_000)))
    with worker() as first:
        work.delay([run.pk])  # as the page sends it
        assert within(40, lambda: ContactImport.objects.get().next_part > 0)
        first.kill()
    assert Contact.objects.count() < 30_000
    last_ran_yesterday(tmp_path)  # so beat sends the sweep at once
    with worker(), beat(tmp_path):
        assert within(60, lambda: ContactImport.objects.get().state == "finished")
    assert Contact.objects.count() == 30_000
    assert counts(ContactImport.objects.get()) == (30_000, 0, 0, 0)
    assert client_of(make_user("ada", "admin")).get(f"/contacts/import/{run.pk}/").status_code == 200
