"""Waiting for news of a mailbox, on a real IMAP server."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from nps_project.deliveries.inbound import mailbox, watching
from nps_project.deliveries.inbound.mailbox_urls import MailboxUrl
from nps_project.deliveries.inbound.models import InboundMail, MailSource
from nps_project.deliveries.inbound.watching import Watcher
from tests.nps_project.deliveries.inbound import corpus, dovecot
from tests.nps_project.deliveries.inbound.dovecot import Dovecot
from tests.product import free_port

pytestmark = pytest.mark.django_db(transaction=True)

WITHIN_S = 10
PERSON = corpus.plain("Ann <c1@kunde.dk>", "Please call", to="care@nordlys.dk", subject="Call me")


def raw(number: int) -> bytes:
    return PERSON.replace("Please call", f"Please call {number}").replace("\n", "\r\n").encode()


def until(is_so: Callable[[], bool]) -> float:
    """How long it took. Fails when it takes too long."""
    began = time.monotonic()
    while not is_so():
        assert time.monotonic() - began < WITHIN_S
        time.sleep(0.05)
    return time.monotonic() - began


@pytest.fixture
def watch(imap: Dovecot) -> Iterator[Callable[[MailboxUrl], Watcher]]:
    """Starts a watcher; all of them have ended when the test has, each with a piece of news that ends its wait."""
    started: list[Watcher] = []

    def one(url: MailboxUrl) -> Watcher:
        started.append(Watcher(url))
        started[-1].start()
        return started[-1]

    yield one
    for watcher in started:
        watcher.stop()
        if watcher.url.port == imap.port:
            imap.put(watcher.url.user, raw(99))
    for watcher in started:
        watcher.join(WITHIN_S)
        assert not watcher.is_alive()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "WAIT_S", 3.0)
    monkeypatch.setattr(watching, "LOOK_EACH_S", 0.2)


def test_a_mail_is_read_as_soon_as_it_is_there(imap: Dovecot, watch: Callable[[MailboxUrl], Watcher]) -> None:
    imap.put("idle", raw(1))
    watch(imap.url("idle"))
    until(lambda: InboundMail.objects.count() == 1)
    time.sleep(0.5)  # it waits for news now
    imap.put("idle", raw(2))
    assert until(lambda: InboundMail.objects.count() == 2) < 2.5
    assert MailSource.objects.get().watched_until is not None


def test_one_worker_watches_and_another_when_it_has_died(imap: Dovecot, watch: Callable[[MailboxUrl], Watcher]) -> None:
    url = imap.url("claimed")
    mailbox.make_row(url.name)
    MailSource.objects.update(watched_until=timezone.now() + timedelta(minutes=1))
    imap.put("claimed", raw(1))
    watch(url)
    time.sleep(1)
    assert not InboundMail.objects.exists()
    MailSource.objects.update(watched_until=timezone.now() - timedelta(seconds=1))
    until(InboundMail.objects.exists)


def test_a_server_that_cannot_tell_of_news_is_looked_into(watch: Callable[[MailboxUrl], Watcher]) -> None:
    with dovecot.running("ssl = no\nimap_capability = IMAP4rev1 UIDPLUS MOVE") as imap:
        watcher = watch(imap.url("ann"))
        until(MailSource.objects.exists)
        imap.put("ann", raw(1))
        until(InboundMail.objects.exists)
        watcher.stop()
        watcher.join(WITHIN_S)


def test_a_server_that_hangs_or_dies_holds_up_no_other(
    imap: Dovecot, watch: Callable[[MailboxUrl], Watcher], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "TIMEOUT_S", 1)
    port = free_port()
    with socket.create_server(("127.0.0.1", port)) as silent:
        taken: list[Any] = []

        def serve() -> None:
            for greeting in (b"", b"* OK hello\r\n", b"* BYE\r\n"):  # hangs, hangs after hello, dies
                found, _address = silent.accept()
                taken.append(found)
                if greeting:
                    found.sendall(greeting)
                if b"BYE" in greeting:
                    found.close()

        threading.Thread(target=serve, daemon=True).start()
        watch(MailboxUrl("imap", "127.0.0.1", port, "ann", "secret", "INBOX"))
        watch(imap.url("other"))
        imap.put("other", raw(1))
        until(InboundMail.objects.exists)
        until(lambda: len(taken) == 3)
        for one in taken:
            one.close()
    assert MailSource.objects.count() == 2
