"""Urgent follow-up never waits behind bulk work, also where one worker does both."""

import threading
from typing import Any

import pytest
from celery.exceptions import Retry

from followup.tasks import open_tickets
from nps_project.background import queues
from nps_project.background.queues import LaneTask
from nps_project.background.schedule import SCHEDULE
from nps_project.celery import app


def test_every_task_has_a_lane_and_what_talks_to_other_servers_is_not_urgent() -> None:
    app.loader.import_default_modules()
    route = app.amqp.router.route
    scheduled = {entry["task"] for entry in SCHEDULE.values()}
    named = {name: route({}, name)["queue"].name for name in app.tasks if not name.startswith("celery.")}
    assert scheduled <= named.keys()
    assert set(named.values()) == {queues.URGENT, queues.BULK}
    assert {name for name, lane in named.items() if lane == queues.BULK} == set(queues.BULK_TASKS)
    assert route({}, open_tickets.name)["queue"].name == queues.URGENT


def test_a_worker_without_a_choice_serves_both_the_urgent_one_first() -> None:
    assert list(app.amqp.queues.consume_from) == [queues.URGENT, queues.BULK]
    assert {queue.name: queue.routing_key for queue in app.amqp.queues.values()} == {"urgent": "urgent", "bulk": "bulk"}
    assert app.conf.broker_transport_options["queue_order_strategy"] == "priority"


def test_bulk_work_leaves_room() -> None:
    """Two at a time; the third makes way, an urgent one does not."""
    begun, end = threading.Semaphore(0), threading.Event()
    done: list[str] = []

    class Work(LaneTask):
        name = "tests.work"

        def run(self, lane: str) -> None:
            begun.release()
            assert lane == queues.URGENT or end.wait(10)
            done.append(lane)

        def retry(self, *args: Any, **options: Any) -> Retry:
            return Retry(f"again in {options['countdown']} s")

    def call(lane: str) -> None:
        task = Work()
        task.bind(app)
        task.push_request(delivery_info={"routing_key": lane})
        task(lane)

    threads = [threading.Thread(target=call, args=(queues.BULK,)) for _ in range(queues.BULK_AT_ONCE)]
    for thread in threads:
        thread.start()
        assert begun.acquire(timeout=10)
    with pytest.raises(Retry, match="again in 1 s"):
        call(queues.BULK)
    call(queues.URGENT)
    assert done == [queues.URGENT]
    end.set()
    for thread in threads:
        thread.join()
    call(queues.BULK)
    assert done == [queues.URGENT] + [queues.BULK] * 3
