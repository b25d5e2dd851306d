"""No kind of work waits behind another: each has a queue, and each queue a worker."""

from types import SimpleNamespace

import pytest
from celery.signals import celeryd_after_setup

from followup.tasks import open_tickets
from nps_project.background import queues
from nps_project.background.schedule import SCHEDULE
from nps_project.celery import app
from nps_project.deliveries.tasks import send_due


def test_every_task_has_a_queue_and_what_talks_to_other_servers_is_not_urgent() -> None:
    app.loader.import_default_modules()
    route = app.amqp.router.route
    scheduled = {entry["task"] for entry in SCHEDULE.values()}
    named = {name: route({}, name)["queue"].name for name in app.tasks if not name.startswith("celery.")}
    assert scheduled <= named.keys()
    assert set(named.values()) == set(queues.QUEUES)
    assert {name: queue for name, queue in named.items() if queue != queues.URGENT} == queues.TASKS
    assert route({}, open_tickets.name)["queue"].name == queues.URGENT
    assert route({}, send_due.name)["queue"].name == queues.MAIL


def test_something_of_each_queue_is_scheduled_so_that_its_worker_gives_signs_of_life() -> None:
    route = app.amqp.router.route
    often = {entry["task"] for entry in SCHEDULE.values() if entry["schedule"] <= 60}
    assert {route({}, name)["queue"].name for name in often} == set(queues.QUEUES)


def test_a_worker_without_a_choice_serves_all_the_urgent_one_first() -> None:
    assert list(app.amqp.queues.consume_from) == list(queues.QUEUES)
    assert {queue.name: queue.routing_key for queue in app.amqp.queues.values()} == {
        name: name for name in queues.QUEUES
    }
    assert app.conf.broker_transport_options["queue_order_strategy"] == "priority"


@pytest.mark.parametrize(("served", "yields"), [(("mail",), True), (("sweeps", "bulk"), True), (queues.QUEUES, False)])
def test_a_worker_that_nobody_waits_for_yields(
    served: tuple[str, ...], yields: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    monkeypatch.setattr("nps_project.background.yielding.os.nice", asked.append)
    worker = SimpleNamespace(app=SimpleNamespace(amqp=SimpleNamespace(queues=SimpleNamespace(consume_from=served))))
    celeryd_after_setup.send("worker@here", instance=worker, conf=app.conf)
    assert bool(asked) == yields
