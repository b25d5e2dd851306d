"""What tests of kept figures share: whatever is counted counts as slow, and pages are read as their words."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import redis
from django.test import Client

from followup.insights.kept import store, tasks

GROUPS = "/insights/compare/?by=language"  # counted by day or from the answers
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def all_is_slow(settings: Any) -> Iterator[None]:
    """Whatever a reader counts takes as long as is kept; what the store has of it goes with the test."""
    settings.FIGURES_KEPT_FROM_MS = 0
    store.forget_all()
    for address in store.opened_since(datetime(2000, 1, 1, tzinfo=UTC)):
        store.put_away(address)
    address = settings.REDIS_URL
    yield
    with redis.Redis.from_url(address) as there:
        there.delete("winback.figures.generation", "winback.figures.generation_of_file", "winback.figures.addresses")


def caught(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The messages to the task that counts a page anew, from now on, instead of being sent."""
    messages: list[Any] = []
    monkeypatch.setattr(tasks.count_again, "apply_async", lambda args, **_more: messages.append(args))
    return messages


def text_of(client: Client, path: str = GROUPS) -> str:
    """The words of a page, with single spaces."""
    answer = client.get(path)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))
