"""You said, we did: once for each customer, whatever dies or misbehaves."""

import random
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from followup.insights.improvements.letter import telling
from followup.insights.improvements.models import Told
from followup.models import Activity, RootCause, Ticket
from nps_project.accounts.models import User
from nps_project.deliveries import sending, smtp
from surveys.models import Contact, Survey
from tests.factories import make_ticket
from tests.followup.insights.improvements.making import customer, done, named, work
from tests.nps_project.deliveries.mail_server import DROP, SILENT, MailServer


class Killed(BaseException):
    """A worker's end at a moment that it does not choose."""


@pytest.mark.django_db(transaction=True)
def test_each_customer_gets_it_once_though_workers_are_killed_and_the_server_misbehaves(
    server: MailServer, manager: User, survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = 60
    server.silence_s = 2.5
    server.on_rcpt = lambda address: "550 5.1.1 Nobody" if address.startswith("c7@") else "250 OK"
    server.on_data = lambda address: (
        SILENT if address == "c8@nordlys.dk" else DROP if address == "c9@nordlys.dk" else "250 OK"
    )
    cause = RootCause.objects.get(slug="delivery")
    for number in range(people):
        named(survey, customer(number))
    Contact.objects.create(email="C3@NORDLYS.dk", survey=survey)  # the same person, as a key of one survey made them
    double = make_ticket(survey, 2, contact=Contact.objects.get(email="C3@NORDLYS.dk"))
    Ticket.objects.filter(pk=double.pk).update(root_cause=cause, clock_from=timezone.now() - timedelta(days=3))
    Contact.objects.update(last_asked_at=None, last_answered_at=None)
    improvement = done(manager, "en")
    telling.tell(improvement_id=improvement.pk, by=manager, at=timezone.now())
    chance, talk = random.Random(5), smtp.send

    def dies(*given: Any, **more: Any) -> None:
        fate = chance.random()
        if fate < 0.06:
            raise Killed
        talk(*given, **more)
        if fate > 0.94:
            raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(smtp, "send", dies)
        for hours in range(30):
            try:
                work(hours)
            except Killed:
                connection.close()
    for hours in range(40, 52):
        work(hours)
    sending.release_stuck(timezone.now() + timedelta(minutes=11))
    mails = Counter(str(mail["To"]).lower() for mail in server.taken)
    assert max(mails.values()) == 1, "nobody got two"
    rows = Told.objects.select_related("contact")
    assert rows.count() == people
    for row in rows:
        got = mails[row.address.lower()]
        if row.status == "sent":
            assert got == 1
        elif row.status != "unknown":
            assert (row.status, got) == ("bounced", 0)
    counts = Counter(row.status for row in rows)
    assert counts["sent"] > 40
    assert counts["bounced"] == 1
    assert counts["unknown"] >= 1
    entries = Activity.objects.filter(kind="improvement_told")
    assert entries.count() == counts["sent"] + rows.filter(status="unknown", sent_at__isnull=False).count()
