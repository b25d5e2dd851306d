"""The judge of a storm's bad rows: it sees a row that stays put aside, and blames nobody for the workers beside it."""

from collections.abc import Iterator

import pytest
from django.utils import timezone

from followup.insights.improvements.letter import telling
from followup.insights.improvements.models import Improvement
from nps_project.background import put_aside
from nps_project.celery import app
from tests.faults import bad_rows

pytestmark = pytest.mark.django_db(transaction=True)

app.loader.import_default_modules()  # the tasks of every app, and with them their sweeps


@pytest.fixture(autouse=True)
def _without_triggers() -> Iterator[None]:
    yield
    bad_rows.forget()


def test_a_row_that_a_worker_stopped_or_called_bad_late_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    bad_rows.make()
    mend = bad_rows.mend

    def mend_beside_a_worker() -> None:
        mend()
        for improvement in Improvement.objects.filter(is_telling=True):
            telling.stop(improvement_id=improvement.pk, because=telling.LATE_STOP)
        done = put_aside.of_sweep("words.read").get().row_id
        put_aside.put_aside("words.read", done, timezone.now(), "InternalError", "tried before it was mended")

    monkeypatch.setattr(bad_rows, "mend", mend_beside_a_worker)
    assert bad_rows.judge() == []


def test_a_row_that_stays_bad_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    bad_rows.make()
    monkeypatch.setattr(bad_rows, "mend", lambda: None)
    faults = bad_rows.judge()
    assert any("improvements.tell left" in fault for fault in faults)
    assert any("improvements.tell says still" in fault for fault in faults)
