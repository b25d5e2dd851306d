"""What the project itself keeps of a customer: mails that went out and came in, and answers to programs."""

import json
import re
from typing import Any

from django.db.models import F, Func, IntegerField, Q, TextField, Value
from django.db.models.functions import Cast, Lower
from django.utils.translation import gettext_lazy

from nps_project.api.models import IdempotentRequest
from nps_project.deliveries.models import Audience
from nps_project.privacy import outbox
from nps_project.privacy.registry import Erasing, Part, Subject, Table


class ProgramsAnswers(Table):
    """What programs were answered, kept for a day for a request that comes twice."""

    def erase(self, subject: Subject, erasing: Erasing) -> int:
        """Empty the texts that name or quote the customer; the rest of an answer stays, for who asks again."""
        words = sorted(subject.words | subject.addresses)
        found = Q()
        rows = IdempotentRequest.objects.annotate(text=Lower(Cast("body", TextField())))
        for number, word in enumerate(words):
            written = json.dumps(word, ensure_ascii=False)[1:-1].lower()
            place = Func(F("text"), Value(written), function="strpos", output_field=IntegerField())
            rows = rows.alias(**{f"place{number}": place})
            found |= Q(**{f"place{number}__gt": 0})
        named = outbox.naming(words)
        if named is None:
            return 0
        changed = list(rows.filter(found))
        for row in changed:
            row.body = _without(row.body, named)
        IdempotentRequest.objects.bulk_update(changed, ["body"])
        return len(changed)


def _without(value: Any, named: re.Pattern[str]) -> Any:
    if isinstance(value, dict):
        return {key: _without(one, named) for key, one in value.items()}
    if isinstance(value, list):
        return [_without(one, named) for one in value]
    return "" if isinstance(value, str) and named.search(value) else value


def _came_in(subject: Subject) -> Q:
    written = Q(from_address__in=subject.addresses)
    for address in subject.addresses:
        written |= Q(from_address__iexact=address)
    return written | Q(about__in=subject.abouts)


MAILS = Part(
    gettext_lazy("Mails sent and read"),
    (
        outbox.Deliveries(
            "mails_sent",
            "deliveries.Delivery",
            lambda subject: outbox.theirs(subject) & Q(audience=Audience.CUSTOMER),
            empties={"subject": "", "body_text": "", "body_html": "", "last_error": ""},
            hides=("dedupe_key", "to_cancel", "to_announce", "claimed_at"),
            stays={
                "dedupe_key": "ids of rows",
                "about": "the kind and id of a row",
                "to_address": "a colleague's; a customer's is emptied",
                "template": "a name of the product's own",
                "language": "of the mail",
            },
        ),
        Table(
            "mails_read",
            "inbound.InboundMail",
            _came_in,
            empties={"from_address": "", "subject": ""},
            hides=("message_id_hash", "digest"),
            stays={
                "message_id_hash": "a hash, by which the same mail is known when it is delivered again",
                "digest": "a hash, by which the same mail is known when it is delivered again",
                "about": "the kind and id of a row",
            },
        ),
    ),
)  # fmt: skip
PROGRAMS = Part(
    gettext_lazy("Answers to programs"),
    (
        ProgramsAnswers(
            "answers_to_programs",
            "api.IdempotentRequest",
            lambda subject: Q(pk__in=()),
            empties={"body": {}},
            stays={"key": "a program's own", "fingerprint": "a hash of the request"},
        ),
    ),
)
