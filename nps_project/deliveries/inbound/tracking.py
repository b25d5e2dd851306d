"""What a mail service's event says of a mail: pure, but for the mail that it names.

The status class in the words of the receiving server decides, as everywhere (refusals.py); where the service does not
pass them on, its own word for the bounce.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from django.utils.timezone import is_aware, now

from nps_project.deliveries.inbound.events import MailEvent, Outcome
from nps_project.deliveries.models import Delivery
from nps_project.deliveries.refusals import RefusedAs, kind_in_words
from nps_project.deliveries.service import METADATA

_OUTCOMES = {
    EventType.DELIVERED: Outcome.DELIVERED,
    EventType.BOUNCED: Outcome.BOUNCED,
    EventType.REJECTED: Outcome.BOUNCED,
    EventType.FAILED: Outcome.BOUNCED,
    EventType.COMPLAINED: Outcome.COMPLAINED,
    EventType.UNSUBSCRIBED: Outcome.UNSUBSCRIBED,
}
_REASONS = {RejectReason.SPAM: Outcome.COMPLAINED, RejectReason.UNSUBSCRIBED: Outcome.UNSUBSCRIBED}
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_OURS_TO_MEND = {RejectReason.BLOCKED, RejectReason.OTHER}


def mail_id_of(event: AnymailTrackingEvent) -> UUID | None:
    """The id of the mail, which we sent along, else from its Message-ID."""
    metadata = event.metadata if isinstance(event.metadata, Mapping) else {}
    for given in (metadata.get(METADATA), event.message_id):
        found = _UUID.search(str(given or "").lower())
        if found:
            return UUID(found[0])
    return None


def outcome_of(event: AnymailTrackingEvent) -> Outcome | None:
    """What became of the mail; None for what changes nothing, such as a delay or an opening."""
    outcome = _OUTCOMES.get(event.event_type)
    if outcome == Outcome.BOUNCED and event.event_type == EventType.REJECTED:
        return _REASONS.get(event.reject_reason or "", outcome)
    return outcome


def kind_of_bounce(event: AnymailTrackingEvent) -> RefusedAs:
    """By the status class, else by the service's word; what it refuses by itself is ours to mend."""
    kind = kind_in_words(_texts(event))
    if kind is not None:
        return kind
    if event.reject_reason == RejectReason.INVALID:
        return RefusedAs.ADDRESS
    if event.reject_reason == RejectReason.SPAM:
        return RefusedAs.POLICY
    if event.event_type == EventType.FAILED or (
        event.event_type == EventType.REJECTED and event.reject_reason in _OURS_TO_MEND
    ):
        return RefusedAs.POLICY
    if event.event_type == EventType.BOUNCED and event.reject_reason in _OURS_TO_MEND:
        return RefusedAs.OTHER
    if event.reject_reason == RejectReason.TIMED_OUT or not _is_hard(event.esp_event):
        return RefusedAs.SOFT
    return RefusedAs.ADDRESS


def _texts(event: AnymailTrackingEvent) -> list[str]:
    return [str(text)[:2000] for text in (event.mta_response, event.description) if text]


def _is_hard(raw: Any) -> bool:
    """Whether the service calls it a lasting bounce, in its own words."""
    if not isinstance(raw, Mapping):
        return False
    said = [
        raw.get("Type"),
        raw.get("event"),
        _deep(raw, "event-data", "severity"),
        _deep(raw, "data", "bounce", "type"),
    ]
    words = {str(word).lower().replace("_", "") for word in said if word}
    return bool(words & {"hardbounce", "permanent", "invalidemail"}) or raw.get("hard_bounce") in (True, 1, "1", "true")


def _deep(raw: Any, *names: str) -> Any:
    for name in names:
        raw = raw.get(name) if isinstance(raw, Mapping) else None
    return raw


def read(events: Iterable[AnymailTrackingEvent]) -> Sequence[tuple[MailEvent, tuple[str, ...]]]:
    """The events that change something and are about a mail of ours, with what tells each from others; one query."""
    known = [(event, outcome, mail_id_of(event)) for event in events if (outcome := outcome_of(event)) is not None]
    ids = {mail_id for _event, _outcome, mail_id in known if mail_id is not None}
    about = dict(Delivery.objects.filter(message_id__in=ids).values_list("message_id", "about")) if ids else {}
    found = []
    for event, outcome, mail_id in known:
        if mail_id is None or not about.get(mail_id):
            continue
        kind = kind_of_bounce(event) if outcome == Outcome.BOUNCED else None
        at = event.timestamp if event.timestamp is not None and is_aware(event.timestamp) else None
        parts = (str(mail_id), str(kind or ""), at.isoformat() if at else "")
        found.append((MailEvent(outcome, about[mail_id], min(at, now()) if at else now(), kind), parts))
    return found
