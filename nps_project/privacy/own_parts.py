"""What the project itself keeps of a customer: mails that went out and came in, and answers to programs."""

import json
from typing import Any

from django.conf import settings
from django.db.models import Case, F, Func, IntegerField, Q, TextField, Value, When
from django.db.models.functions import Cast, Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nps_project.api.models import IdempotentRequest
from nps_project.deliveries.models import Audience, Delivery, Status
from nps_project.privacy.registry import Erasing, Part, Subject, Table

UNSENT = (Status.QUEUED, Status.IN_FLIGHT)
ERASED = "erased"


def _theirs(subject: Subject) -> Q:
    typed = {word for word in subject.words if "@" in word}  # not all in lower case
    return Q(about__in=subject.abouts) | Q(to_address__in=subject.addresses | typed)


class Deliveries(Table):
    """Mails to the customer, and mails to colleagues that tell of them; the latter are not given out, since they tell
    of other customers, too."""

    def erase(self, subject: Subject, erasing: Erasing) -> int:
        """What has not left yet does not leave; a colleague's mail about several says that something was erased."""
        of_customer = Delivery.objects.filter(_theirs(subject))
        unsent = of_customer.filter(status__in=UNSENT)
        unsent.update(
            to_cancel=True,
            status=Case(When(status=Status.QUEUED, then=Value(Status.CANCELLED)), default=F("status")),
        )
        count = of_customer.filter(self.not_empty()).update(**self.empties)
        of_customer.filter(audience=Audience.CUSTOMER).update(to_address="")
        return count + self._erase_of_several(subject)

    def _erase_of_several(self, subject: Subject) -> int:
        telling = Q()
        for word in sorted(subject.words | subject.addresses):
            telling |= Q(body_text__contains=word) | Q(subject__contains=word)
        for link in sorted(subject.links):
            telling |= Q(body_text__contains=link)
        if not telling:
            return 0
        of_several = Delivery.objects.exclude(about__startswith="ticket:").filter(telling, audience=Audience.STAFF)
        words = _("This mail told of a customer who was erased before it left. What is to be done is on your desk: %s")
        of_several.filter(status__in=UNSENT).update(
            subject=_("A customer was erased"), body_text=words % f"{settings.SITE_URL}/desk/", body_html=""
        )
        return of_several.filter(telling).exclude(status__in=UNSENT).update(**self.empties)


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
        if not found:
            return 0
        changed = list(rows.filter(found))
        for row in changed:
            row.body = _without(row.body, [word.lower() for word in words])
        IdempotentRequest.objects.bulk_update(changed, ["body"])
        return len(changed)


def _without(value: Any, words: list[str]) -> Any:
    if isinstance(value, dict):
        return {key: _without(one, words) for key, one in value.items()}
    if isinstance(value, list):
        return [_without(one, words) for one in value]
    return "" if isinstance(value, str) and any(word in value.lower() for word in words) else value


def _came_in(subject: Subject) -> Q:
    written = Q(from_address__in=subject.addresses)
    for address in subject.addresses:
        written |= Q(from_address__iexact=address)
    return written | Q(about__in=subject.abouts)


MAILS = Part(
    gettext_lazy("Mails sent and read"),
    (
        Deliveries(
            "mails_sent",
            "deliveries.Delivery",
            lambda subject: _theirs(subject) & Q(audience=Audience.CUSTOMER),
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
