"""What Celery's worker does when the connection to its broker is lost; nps_project/celery.py puts it in its place."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kombu.transport import redis
from redis import ConnectionError as NoConnection


class Unacknowledged(redis.QoS):
    """The messages that a channel has given out and that nobody acknowledged.

    When a connection is lost while tasks run, kombu 5.7 asks a channel without one to give their messages back, and to
    acknowledge them as they end. Both raise an AttributeError, by which the worker ends, with all that it is at.
    Neither need be done: after the visibility timeout the messages come again.
    """

    @property
    def is_lost(self) -> bool:
        """Whether the channel has no connection any more."""
        transport: Any = self.channel.connection  # None once the channel is closed
        return transport is None or transport.client is None

    def restore_unacked(self, client: Any = None) -> None:
        """As kombu does, where there is a connection to give them back by."""
        if not self.is_lost:
            super().restore_unacked(client)

    @contextmanager
    def pipe_or_acquire(self, pipe: Any = None, client: Any = None) -> Iterator[Any]:
        """As kombu does, to acknowledge or reject a message. Raises: NoConnection, which Celery expects and logs."""
        if self.is_lost:
            raise NoConnection("the connection that this message came by is lost; it comes again by another one")
        with super().pipe_or_acquire(pipe, client) as found:
            yield found


def outlive_lost_connections() -> None:
    """From now on a worker of this process goes on when its broker is there again."""
    redis.Channel.QoS = Unacknowledged
