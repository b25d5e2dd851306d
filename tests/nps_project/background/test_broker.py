"""A worker outlives a broker that goes away while a task is being acknowledged."""

from contextlib import nullcontext
from typing import Any

import pytest
from kombu import Connection, Consumer, Message, Queue
from kombu.transport import redis

from nps_project.background.broker import Unacknowledged
from nps_project.celery import app


def with_a_message(queue: Queue) -> tuple[Connection, Message]:
    """A connection that was given a message, which it did not acknowledge; and that message."""
    with app.connection_for_write() as giving:
        giving.Producer().publish("a message", routing_key=queue.name, declare=[queue])
    connection, taken = app.connection_for_read(), list[Message]()
    Consumer(connection.default_channel, [queue], callbacks=[lambda _body, message: taken.append(message)]).consume()
    connection.drain_events(timeout=5)
    assert [message.payload for message in taken] == ["a message"]
    return connection, taken[0]


@pytest.mark.parametrize("is_mended", [True, False])
def test_when_its_connection_is_lost_a_channel_is_closed_and_what_was_at_work_ends_as_celery_expects(
    is_mended: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By kombu alone both are errors that end the worker; when they are gone, so may be the remedy."""
    if not is_mended:
        monkeypatch.setattr(redis.Channel, "QoS", redis.QoS)
    connection, message = with_a_message(Queue("test_lost"))
    channel: Any = connection.default_channel
    client = connection.transport.client
    channel.connection.client = None  # as it is when the connection was collected, but its channel could not be closed
    with nullcontext() if is_mended else pytest.raises(AttributeError):
        channel.close()
    assert channel.closed
    with pytest.raises(connection.connection_errors if is_mended else AttributeError):
        message.ack()
    connection.transport.client = client
    connection.close()


def test_else_the_message_is_given_back() -> None:
    queue = Queue("test_given_back")
    connection, _message = with_a_message(queue)
    channel: Any = connection.default_channel
    assert isinstance(channel.qos, Unacknowledged)
    connection.close()
    with app.connection_for_read() as another, another.SimpleQueue(queue.name) as waiting:
        assert waiting.get(timeout=5).payload == "a message"
