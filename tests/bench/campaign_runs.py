"""`python -m tests.bench.campaign_runs WHAT COUNT`: one thing that campaigns do, on the database of DATABASE_URL.

Prints one line of JSON: the seconds that it took, how many, and the most memory.
"""

import json
import os
import resource
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import django

_CONTACTS = """
INSERT INTO surveys_contact (email, phone, name, language, account_manager, traits, created_at)
SELECT 'c' || g || '@nordlys.dk', '', 'Søren Customer ' || g, (ARRAY['en', 'nl', 'da'])[1 + g %% 3], '', '{}', now()
FROM generate_series(1, %s) g
"""
_PLAIN = """
INSERT INTO surveys_invitation (
    campaign_id, survey_id, contact_id, round, public_id, status, channel, send_at, time_zone, created_at)
SELECT %s, %s, id, 0, gen_random_uuid(), 'waiting', 'email', now(), '', now() FROM surveys_contact
"""


def _fill(count: int) -> Any:
    """Customers, and a draft for all of them."""
    from django.db import connection

    from surveys.campaigns.running import services
    from surveys.models import Campaign
    from tests.factories import make_survey

    campaign = services.save_campaign(Campaign(), {"name": "All", "survey": make_survey("bench")})
    with connection.cursor() as cursor:
        cursor.execute(_CONTACTS, [count])
        cursor.execute("VACUUM ANALYZE surveys_contact")
        cursor.execute("CHECKPOINT")
    return campaign


def start(count: int) -> Callable[[], None]:
    """What the button does."""
    from django.utils import timezone

    from surveys.campaigns.running import services

    campaign = _fill(count)

    def begin() -> None:
        services.start(campaign_id=campaign.pk, at=timezone.now())

    return begin


def plain_start(count: int) -> Callable[[], None]:
    """The statement beneath it."""
    from django.db import connection

    campaign = _fill(count)

    def insert() -> None:
        with connection.cursor() as cursor:
            cursor.execute(_PLAIN, [campaign.pk, campaign.survey_id])

    return insert


def _queued(count: int) -> list[str]:
    """So many mails wait to be sent, as a campaign queues them."""
    from django.utils import timezone

    from surveys.campaigns import asking
    from surveys.campaigns.pacing import turns
    from surveys.models import Invitation

    turns.AHEAD = count
    start(count)()
    now = timezone.now()
    asking.look(now)
    ids = list(Invitation.objects.order_by("pk").values_list("pk", flat=True))
    for begin in range(0, count, 500):
        asking.ask_some(ids[begin : begin + 500], now)
    return [str(pk) for pk in ids]


def _send() -> None:
    from django.utils import timezone

    from nps_project.deliveries import sending
    from nps_project.deliveries.models import Delivery

    while Delivery.objects.filter(status="queued").exists():
        sending.send_due(timezone.now())


def send(count: int) -> Callable[[], None]:
    """Complete invitations: composed for each customer, tokens and all."""
    _queued(count)
    return _send


def send_fixed(count: int) -> Callable[[], None]:
    """One fixed message for everybody, sent the same way."""
    from nps_project.deliveries import composing
    from nps_project.deliveries.models import Delivery
    from surveys.campaigns import trying
    from surveys.models import Survey

    _queued(count)
    made = trying.sample_mail(Survey.objects.get(), "en", "Søren")
    fixed = composing.Mail(made.subject, made.text, made.html, {"List-Unsubscribe": "<https://nordlys.dk/leave/>"})

    def compose(rows: Sequence[Delivery], _at: Any) -> Mapping[int, composing.Composed]:
        return {row.pk: fixed for row in rows}

    composing.add("ask", compose, told=lambda _rows: None)
    return _send


def send_bare(count: int) -> Callable[[], None]:
    """The same bytes over one connection, without a row."""
    from nps_project.deliveries import smtp
    from nps_project.deliveries.mail import message
    from surveys.campaigns import trying
    from tests.factories import make_survey

    made = trying.sample_mail(make_survey("bench"), "en", "Søren")
    content = message.as_bytes(
        subject=made.subject, sender="ask@nordlys.dk", to="a@nordlys.dk", text=made.text, html=made.html, headers={}
    )

    def talk() -> None:
        with smtp.kept_connection():
            for _number in range(count):
                smtp.send(content, sender="ask@nordlys.dk", to="a@nordlys.dk")

    return talk


def _skeleton() -> Any:
    from surveys.campaigns import mail
    from tests.factories import make_survey

    survey = make_survey("bench")
    return mail.skeleton(survey.pk, survey.revision, "en"), mail.Values("https://x/r/t/", "https://x/u/t/", "Hello S,")


def fill(count: int) -> Callable[[], None]:
    """The skeleton filled, values escaped."""
    bones, values = _skeleton()

    def all_of_them() -> None:
        for _number in range(count):
            bones.fill(values)

    return all_of_them


def join(count: int) -> Callable[[], None]:
    """The same parts, put together for each mail by a comprehension and joined."""
    bones, values = _skeleton()
    made = {"link": values.link, "leave": values.leave, "greeting": values.greeting}

    def all_of_them() -> None:
        for _number in range(count):
            for pieces in (bones.text, bones.html):
                "".join([made[part] if place % 2 else part for place, part in enumerate(pieces)])

    return all_of_them


WHAT = {
    "start": start, "plain_start": plain_start, "send": send, "send_fixed": send_fixed, "send_bare": send_bare,
    "fill": fill, "join": join,
}  # fmt: skip


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "nps_project.settings"
    django.setup()
    import logging

    logging.disable(logging.INFO)
    act = WHAT[sys.argv[1]](int(sys.argv[2]))
    began = time.monotonic()
    act()
    took = time.monotonic() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": took, "count": int(sys.argv[2]), "memory_mb": memory}))


if __name__ == "__main__":
    main()
