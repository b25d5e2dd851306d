"""Which contacts are meant: one reading of the filters that pages, programs, segments and exports share.

A filter is a mapping that can be kept as JSON; FILTERS names what it may hold, and trait.<name> a trait's value.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from nps_project.accounts.models import User
from nps_project.common.dates import is_within, read_day
from nps_project.common.text import shown
from surveys.contacts.traits import TRAIT_FILTER as TRAIT
from surveys.contacts.traits import having_trait
from surveys.models import Company, Contact, Group, Response, Segment, Unsubscription
from surveys.models.contact import ContactQuerySet
from surveys.scoring import SCORES, group_of

MOST_TEXT = 200
MOST_FILTERS = 60  # at once; of thousands the database would think for minutes
MOST_DAYS = 36_500
_DAYS_AGO = re.compile(r"([0-9]{1,5})d", re.ASCII)
_TEXT_ALLOWED = _("Text of 1 to 200 characters is allowed.")
_WHEN_ALLOWED = _("A day such as 2026-11-23, a time with its offset, or a number of days ago such as 90d is allowed.")

Words = str | Promise


class BadFilter(ValueError):
    """A filter that cannot be used. `faults`: what is allowed, by the name that was given."""

    def __init__(self, faults: Mapping[str, Words]) -> None:
        super().__init__(", ".join(faults))
        self.faults = dict(faults)


class _NotAllowed(ValueError):
    def __init__(self, allowed: Words) -> None:
        super().__init__(str(allowed))
        self.allowed = allowed


def _text(given: Any) -> str:
    if isinstance(given, bool) or not isinstance(given, str | int | float | Decimal):
        raise _NotAllowed(_TEXT_ALLOWED)
    text = shown(str(given)).strip()
    if not 0 < len(text) <= MOST_TEXT or "\0" in text:
        raise _NotAllowed(_TEXT_ALLOWED)
    return text


def _one_of(values: Mapping[str, Any] | list[str]) -> Callable[[Any], str]:
    def read(given: Any) -> str:
        text = _text(given)
        if text not in values:
            raise _NotAllowed(_("One of these is allowed: %(values)s.") % {"values": ", ".join(values)})
        return text

    return read


def _flag(given: Any) -> str:
    text = str(given).lower()
    if text not in ("true", "false"):
        raise _NotAllowed(_("true or false is allowed."))
    return text


def _value(given: Any) -> str:
    try:
        value = Decimal(_text(given))
    except InvalidOperation:
        value = Decimal(-1)
    if not value.is_finite() or not 0 <= value < 10**12:
        raise _NotAllowed(_("A number from 0 is allowed."))
    return format(value, "f")


def _when(given: Any) -> str:
    """The text as it was given: days ago are counted when the filter is used."""
    text = _text(given)
    days_ago = _DAYS_AGO.fullmatch(text)
    if days_ago and int(days_ago[1]) <= MOST_DAYS:
        return text
    try:
        if read_day(text) is not None:
            return text
        at = parse_datetime(text.replace(" ", "+"))  # a bare + in an address is read as a space
    except ValueError:
        at = None
    if at is None or at.tzinfo is None or not is_within(at):
        raise _NotAllowed(_WHEN_ALLOWED)
    return at.isoformat()


def _moment(text: str) -> datetime:
    """The moment that `_when` let pass; a day begins at its midnight in the company's zone."""
    zone = ZoneInfo(settings.TIME_ZONE)
    days_ago = _DAYS_AGO.fullmatch(text)
    if days_ago:
        return timezone.now() - timedelta(days=int(days_ago[1]))
    day = read_day(text)
    return datetime.combine(day, time(), zone) if day is not None else datetime.fromisoformat(text)


FILTERS: dict[str, Callable[[Any], str]] = {
    "q": _text,
    "email": _text,
    "external_id": _text,
    "company": _text,
    "segment": _text,
    "language": _one_of(list(dict(settings.LANGUAGES))),
    "account_manager": _text,
    "value_from": _value,
    "value_to": _value,
    "last_score": _one_of([str(score) for score in SCORES]),
    "last_group": _one_of(list(Group.values)),
    "answered_after": _when,
    "answered_before": _when,
    "asked_after": _when,
    "asked_before": _when,
    "never_asked": _flag,
    "never_answered": _flag,
    "bounced": _flag,
    "unsubscribed": _flag,
    "do_not_contact": _flag,
}


def read(given: Mapping[str, Any], *, in_a_segment: bool = False) -> dict[str, Any]:
    """The filter as JSON. Raises: BadFilter naming each filter that is unknown or has a value that is not allowed.

    `in_a_segment`: a segment names no other segment, so that none can come back to itself.
    """
    if len(given) > MOST_FILTERS:
        name = str(list(given)[MOST_FILTERS])[:100]
        raise BadFilter({name: _("At most %(most)d filters at once are allowed.") % {"most": MOST_FILTERS}})
    known = [name for name in FILTERS if not (in_a_segment and name == "segment")]
    chosen: dict[str, Any] = {}
    faults: dict[str, Words] = {}
    for name, value in given.items():
        trait = name.removeprefix(TRAIT) if name.startswith(TRAIT) else ""
        reader = FILTERS.get(name) if name in known else _text if 0 < len(trait) <= 50 and "\0" not in trait else None
        if reader is None:
            names = ", ".join([*sorted(known), f"{TRAIT}<name>"])
            faults[name[:100]] = _("Unknown filter. Allowed: %(names)s.") % {"names": names}
            continue
        try:
            chosen[name] = reader(value)
        except _NotAllowed as error:
            faults[name] = error.allowed
    if {"value_from", "value_to"} <= set(chosen) and Decimal(chosen["value_from"]) > Decimal(chosen["value_to"]):
        faults["value_to"] = _("A number that is not below value_from is allowed.")
    if faults:
        raise BadFilter(faults)
    return chosen


def listed_for(user: User) -> ContactQuerySet:
    """The contacts with which a list, a segment or an export begins: the company's own that this user may see."""
    return Contact.objects.visible_to(user).filter(survey=None)


def segments_for(user: User) -> Any:
    """The segments that this user may see: all, but none for a key of one survey."""
    rows = Segment.objects.all()
    return rows if user.survey_limit_id() is None else rows.none()


def filtered(contacts: ContactQuerySet, chosen: Mapping[str, Any], *, by: User | None = None) -> ContactQuerySet:
    """Those of `contacts` that match all of what `read` gave. What their last answer was, and whether they unsubscribed
    from one survey, is read from what `by` may see, or from all.

    Raises: BadFilter for a segment that is not there. One query more for a segment.
    """
    chosen = dict(chosen)
    slug = chosen.pop("segment", None)
    if slug is not None:
        segments = segments_for(by) if by else Segment.objects.all()
        segment = segments.filter(slug=slug).first()
        if segment is None:
            raise BadFilter({"segment": _("The short name of a segment is allowed.")})
        contacts = filtered(contacts, segment.filter, by=by)
    for name, value in chosen.items():
        contacts = _by_one(contacts, name, value, by)
    scores = _scores(chosen)
    return contacts if scores is None else _whose_last_score_is(contacts, scores, by)


def _by_one(contacts: ContactQuerySet, name: str, value: str, by: User | None) -> ContactQuerySet:
    if name.startswith(TRAIT):
        return contacts.filter(having_trait(name.removeprefix(TRAIT), value))
    if name == "q":
        return contacts.named(value)
    if name == "email":
        return contacts.alias(address=Lower("email")).filter(address=value.lower())
    if name == "company":
        companies = Company.objects.alias(lowered=Lower("name")).filter(lowered=Lower(Value(value)))
        return contacts.filter(company__in=companies.values("pk"))
    condition = _conditions(name, value, by)
    return contacts if condition is None else contacts.filter(condition)


def _conditions(name: str, value: str, by: User | None) -> Q | Exists | None:
    """The condition of a filter on the contact's own columns; None for one that is applied elsewhere."""
    yes = value == "true"
    if name == "unsubscribed":
        from_all = Contact.objects.filter(unsubscribed_at__isnull=False).values("pk")
        wishes = Unsubscription.objects.visible_to(by) if by else Unsubscription.objects.all()
        from_one = wishes.values("contact")
        if yes:  # each part by its own index
            return Q(pk__in=from_all.union(from_one))
        return Q(unsubscribed_at=None) & ~Q(pk__in=from_one)
    if name in ("never_asked", "never_answered"):
        return Q(**{f"last_{name.removeprefix('never_')}_at__isnull": yes})
    if name.endswith(("_after", "_before")):
        kind, _separator, end = name.partition("_")
        return Q(**{f"last_{kind}_at__{'gte' if end == 'after' else 'lt'}": _moment(value)})
    plain: dict[str, Callable[[], Q]] = {
        "external_id": lambda: Q(external_id=value),
        "language": lambda: Q(language=value),
        "account_manager": lambda: Q(account_manager=value.lower()),
        "value_from": lambda: Q(value__gte=Decimal(value)),
        "value_to": lambda: Q(value__lte=Decimal(value)),
        "bounced": lambda: Q(bounced_at__isnull=not yes),
        "do_not_contact": lambda: Q(do_not_contact=yes),
    }
    return plain[name]() if name in plain else None


def _scores(chosen: Mapping[str, Any]) -> list[int] | None:
    """The scores that last_score and last_group leave; None when neither is chosen."""
    if "last_score" not in chosen and "last_group" not in chosen:
        return None
    return [
        score
        for score in SCORES
        if chosen.get("last_score", str(score)) == str(score)
        and chosen.get("last_group", group_of(score)) == group_of(score)
    ]


def _whose_last_score_is(contacts: ContactQuerySet, scores: list[int], by: User | None) -> ContactQuerySet:
    answers = (Response.objects.visible_to(by) if by else Response.objects.all()).confirmed()
    last = answers.filter(contact=OuterRef("pk")).order_by("-answered_at", "-pk").values("score")[:1]
    ever = contacts.filter(pk__in=answers.filter(score__in=scores, contact__isnull=False).values("contact"))
    return ever.alias(last_score=Subquery(last)).filter(last_score__in=scores)
