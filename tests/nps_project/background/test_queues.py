"""Urgent follow-up never waits behind bulk work."""

from followup.tasks import open_tickets
from nps_project.background import queues
from nps_project.background.schedule import SCHEDULE
from nps_project.celery import app


def test_every_task_has_a_queue_and_what_talks_to_other_servers_is_not_urgent() -> None:
    app.loader.import_default_modules()
    route = app.amqp.router.route
    scheduled = {entry["task"] for entry in SCHEDULE.values()}
    named = {name: route({}, name)["queue"].name for name in app.tasks if not name.startswith("celery.")}
    assert scheduled <= named.keys()
    assert set(named.values()) == {queues.URGENT, queues.BULK}
    assert {name for name, queue in named.items() if queue == queues.BULK} == set(queues.BULK_TASKS)
    assert route({}, open_tickets.name)["queue"].name == queues.URGENT


def test_a_worker_without_a_choice_serves_both_the_urgent_one_first() -> None:
    assert list(app.amqp.queues.consume_from) == [queues.URGENT, queues.BULK]
    assert {queue.name: queue.routing_key for queue in app.amqp.queues.values()} == {"urgent": "urgent", "bulk": "bulk"}
    assert app.conf.broker_transport_options["queue_order_strategy"] == "priority"
