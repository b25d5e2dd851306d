"""Mails that went out, or wait to: those to a customer, and those that tell colleagues of them."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from django.conf import settings
from django.db.models import Case, F, Func, IntegerField, Max, Min, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Concat
from django.utils.translation import gettext as _

from nps_project.deliveries.models import Audience, Delivery, Status
from nps_project.privacy.registry import Erasing, Subject, Table

UNSENT = (Status.QUEUED, Status.IN_FLIGHT)
OF_ACCOUNTS = ("account_changed", "password_reset")  # templates that tell of nobody but who gets them
STEP = 5_000  # rows that one statement searches: it ends long before a web process's limit, however much there is


def theirs(subject: Subject) -> Q:
    """Mails about what is theirs, and those to them; not a mail to a colleague who has the same address."""
    typed = {word for word in subject.words if "@" in word}  # not all in lower case
    to_them = Q(to_address__in=subject.addresses | typed, audience=Audience.CUSTOMER)
    return Q(about__in=subject.abouts) | to_them


def naming(words: Iterable[str]) -> re.Pattern[str] | None:
    """Finds one of these where it stands for itself: an address, a number or a name within a longer one is somebody
    else's."""
    found = "|".join(_alone(word) for word in sorted(words, key=len, reverse=True))
    return re.compile(found, re.IGNORECASE) if found else None


def _alone(word: str) -> str:
    if "@" in word and not set(word) & set(" \t\n"):
        return rf"(?<![\w.+-]){re.escape(word)}(?![\w-]|\.\w)"
    before, after = (r"(?<!\w)" if word[:1].isalnum() else "", r"(?!\w)" if word[-1:].isalnum() else "")
    return f"{before}{re.escape(word)}{after}"


class Deliveries(Table):
    """Mails to the customer, and mails to colleagues that tell of them; the latter are not given out, since they tell
    of other customers, too."""

    def erase(self, subject: Subject, erasing: Erasing) -> int:
        """What has not left yet does not leave; a colleague's mail about several says that something was erased."""
        of_customer = Delivery.objects.filter(theirs(subject))
        unsent = of_customer.filter(status__in=UNSENT)
        unsent.update(
            to_cancel=True,
            status=Case(When(status=Status.QUEUED, then=Value(Status.CANCELLED)), default=F("status")),
        )
        count = of_customer.filter(self.not_empty()).update(**self.empties)
        of_customer.filter(audience=Audience.CUSTOMER).update(to_address="")
        return count + self._erase_of_several(subject)

    def _erase_of_several(self, subject: Subject) -> int:
        telling = Delivery.objects.filter(pk__in=list(_telling(subject)))
        words = _("This mail told of a customer who was erased before it left. What is to be done is on your desk: %s")
        telling.filter(status__in=UNSENT).update(
            subject=_("A customer was erased"), body_text=words % f"{settings.SITE_URL}/desk/", body_html=""
        )
        return telling.exclude(status__in=UNSENT).update(**self.empties)


def _telling(subject: Subject) -> Iterator[int]:
    """Mails to colleagues that name or quote the customer, found in steps."""
    words = subject.words | subject.addresses
    named = naming(words)
    if named is None and not subject.links:
        return
    has_one = Q()
    for number in range(len(words | subject.links)):
        has_one |= Q(**{f"place{number}__gt": 0})
    places = {f"place{number}": _place(text) for number, text in enumerate(sorted(words | subject.links))}
    for some in _steps(Delivery.objects.filter(audience=Audience.STAFF).exclude(template__in=OF_ACCOUNTS)):
        rows = some.exclude(about__startswith="ticket:").alias(**places).filter(has_one)
        for pk, *texts in rows.values_list("pk", "subject", "body_text"):
            text = "\n".join(texts)
            if any(link in text for link in subject.links) or (named is not None and named.search(text)):
                yield pk


def _place(text: str) -> Func:
    whole = Concat("subject", Value("\n"), "body_text", output_field=TextField())
    return Func(whole, Value(text), function="strpos", output_field=IntegerField())


def _steps(rows: QuerySet[Delivery]) -> Iterator[QuerySet[Delivery]]:
    ends = Delivery.objects.aggregate(first=Min("pk"), last=Max("pk"))
    if ends["first"] is None:
        return
    for begin, end in pairwise([*range(ends["first"], ends["last"] + 1, STEP), ends["last"] + 1]):
        yield rows.filter(pk__gte=begin, pk__lt=end)
