"""Mails for the tests of sending: one that waits, and one whose sender dies."""

from typing import Any

import pytest

from nps_project.deliveries import sending
from nps_project.deliveries.models import Delivery


def make_mail(**fields: Any) -> Delivery:
    values = {
        "dedupe_key": f"test:{Delivery.objects.count()}", "to_address": "bea@nordlys.dk", "subject": "Æ score of 2",
        "body_text": "Ring ham\n", "body_html": "<p>Ring ham</p>",
    }  # fmt: skip
    return Delivery.objects.create(**values | fields)


def now_of(delivery: Delivery) -> Delivery:
    return Delivery.objects.get(pk=delivery.pk)


def sender_dies(mail: Delivery, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server has it, and the product does not know."""

    def die(*_arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(sending, "finish", die)
        with pytest.raises(KeyboardInterrupt):
            sending.send_one(mail.pk)
