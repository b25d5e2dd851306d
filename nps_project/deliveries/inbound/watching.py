"""Wait for news of the mailboxes (IMAP IDLE), so that a reply is there within seconds.

Each mailbox has a thread of its own in a worker for mail: it waits without holding a task, so neither another mailbox
nor any other work waits with it. One worker watches a mailbox at a time; when it dies, another does. Where a server
cannot tell of news, the thread looks each LOOK_EACH_S. The task of each minute reads all the same: a watcher that
hears nothing hides no mail.
"""

import logging
import threading
from datetime import timedelta
from typing import Any

from celery.signals import worker_ready, worker_shutting_down
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Q
from django.utils import timezone
from imap_tools import BaseMailBox

from nps_project.background import queues
from nps_project.deliveries.inbound import mailbox
from nps_project.deliveries.inbound.mailbox_urls import MailboxUrl
from nps_project.deliveries.inbound.models import MailSource

logger = logging.getLogger(__name__)

LOOK_EACH_S = 20.0
WAIT_S = 55.0  # for news; then the server is asked anew, and the claim renewed
WATCHED_FOR = timedelta(minutes=3)  # longer than a wait and a reading take
LONGEST_PAUSE_S = 300.0  # after failures
READINGS = 20  # after one piece of news


class Watcher(threading.Thread):
    """Watches one mailbox until `stop`."""

    def __init__(self, url: MailboxUrl) -> None:
        super().__init__(name=f"mailbox {url.host}", daemon=True)
        self.url = url
        self._stop_asked = threading.Event()
        self._is_mine = False

    def stop(self) -> None:
        """Ends with the wait that is under way."""
        self._stop_asked.set()

    def run(self) -> None:
        """Watch, and go on after whatever fails."""
        failures = 0
        while not self._stop_asked.is_set():
            pause = LOOK_EACH_S
            try:
                self._watch()
                failures = 0
            except (*mailbox.FAILURES, DatabaseError) as error:
                failures += 1
                pause = min(LOOK_EACH_S * 2 ** min(failures, 10), LONGEST_PAUSE_S)
                logger.info("a mailbox cannot be watched just now: %s", type(error).__name__)
            except Exception as error:
                pause = LONGEST_PAUSE_S
                logger.exception("watching a mailbox failed: %s", type(error).__name__)
            finally:
                connection.close()
            self._stop_asked.wait(pause)
        self._give_back()

    def _watch(self) -> None:
        """Read, then wait for news as long as the server stays; returns where it cannot tell of any, or another worker
        watches. Raises: mailbox.FAILURES, DatabaseError."""
        if not self._claim():
            return
        box = mailbox.open_mailbox(self.url)
        try:
            self._read()
            while _tells_of_news(box) and not self._stop_asked.is_set() and self._claim():
                connection.close()  # none is held while nothing happens
                if box.idle.wait(timeout=WAIT_S):
                    self._read()
        finally:
            mailbox.leave(box)

    def _read(self) -> None:
        """All that is new. A reading that is under way may have begun before the news came: then once more."""
        for _time in range(READINGS):
            done = mailbox.read(self.url)
            if done.was_claimed:
                if self._stop_asked.wait(1.0):
                    return
            elif not done.has_more:
                return

    def _claim(self) -> bool:
        """Watch it until WATCHED_FOR from now; False while another worker does."""
        at = timezone.now()
        mailbox.make_row(self.url.name)
        rows = MailSource.objects.filter(name=self.url.name)
        if not self._is_mine:
            rows = rows.filter(Q(watched_until=None) | Q(watched_until__lt=at))
        self._is_mine = bool(rows.update(watched_until=at + WATCHED_FOR))
        return self._is_mine

    def _give_back(self) -> None:
        try:
            if self._is_mine:
                MailSource.objects.filter(name=self.url.name).update(watched_until=None)
        except DatabaseError:
            return  # it is free when its time is over
        finally:
            connection.close()


def _tells_of_news(box: BaseMailBox) -> bool:
    return "IDLE" in mailbox.capabilities(box)


_watchers: list[Watcher] = []


def connect() -> None:
    """Watch from workers for mail; the app's ready() calls it."""
    worker_ready.connect(begin, dispatch_uid="inbound.watch")
    worker_shutting_down.connect(end, dispatch_uid="inbound.watch_no_more")


def begin(sender: Any, **_more: Any) -> None:
    """Start the watchers, in the worker's own process, when it serves the queue for mail."""
    if queues.MAIL in sender.app.amqp.queues.consume_from:
        for url in settings.MAILBOXES:
            watcher = Watcher(url)
            _watchers.append(watcher)
            watcher.start()


def end(**_more: Any) -> None:
    """Let them end; the worker does not wait for them."""
    for watcher in _watchers:
        watcher.stop()
