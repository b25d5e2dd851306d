"""Look at openings once those beside them are written: learn of the domain, and take back a Send beside a program's.

A Send is looked at when it comes (`doubt_of`), and again here, since the other links may have been opened after it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from nps_project.background import sweep
from nps_project.background.sweep import Sweep
from surveys.models import EvidenceWhy, Invitation, Response, ResponseState
from surveys.scanners import hashes, openings, rules, taps
from surveys.scanners.models import OpenedMail, Opening
from surveys.services import provisional
from surveys.services.responses import take_back_change

SETTLED = rules.NEAR + timedelta(seconds=5)  # then what was opened beside it is written
FORGOTTEN_AT_ONCE = 10_000


def doubt_of(invitation: Invitation, at: datetime) -> dict[str, Any] | None:
    """Why an answer that is sent by this link now waits for a person; None when it counts. One query."""
    written = taps.openings_of(invitation.pk, at - rules.NEAR, at)
    return _doubt(at, [*written, *openings.writer.recent(invitation.pk)])


def _doubt(at: datetime, beside: Sequence[rules.Opened]) -> dict[str, Any] | None:
    signs = rules.signs_of_send(at, beside)
    if not signs:
        return None
    links = sorted(rules.links_near(at, beside))
    return {"why": EvidenceWhy.SCANNER.value, "signs": list(signs), "links": links}


def _unlooked(at: datetime) -> QuerySet[Opening]:
    return Opening.objects.filter(is_looked_at=False, at__lte=at - SETTLED).order_by("pk")


@transaction.atomic
def look(opening_id: int, at: datetime) -> bool:
    """Look at all openings of one mail of which this is one; False when that was done."""
    opening = _unlooked(at).filter(pk=opening_id).first()
    if opening is None:
        return False
    invitation = Invitation.objects.select_related("contact").filter(pk=opening.invitation_id).first()
    if invitation is not None:
        response = Response.objects.select_for_update(of=("self",), no_key=True).filter(invitation=invitation).first()
        found = taps.openings_of(invitation.pk, at - openings.KEPT_FOR, at)
        _learn(invitation, found)
        if response is not None:
            _take_back(response, found, at)
    Opening.objects.filter(invitation=opening.invitation_id, is_looked_at=False, at__lte=at - SETTLED).update(
        is_looked_at=True
    )
    return True


def _learn(invitation: Invitation, found: Sequence[rules.Opened]) -> None:
    address = taps.address_of(invitation)
    if not found or not rules.domain_of(address):
        return
    opened = {
        "domain": rules.domain_of(address),
        "recipient": hashes.recipient_of(address),
        "opened_at": max(one.at for one in found),
    }
    burst_at = rules.last_burst(found)
    OpenedMail.objects.update_or_create(
        invitation_id=invitation.pk, defaults=opened | ({"burst_at": burst_at} if burst_at else {})
    )


def _take_back(response: Response, found: Sequence[rules.Opened], at: datetime) -> None:
    """The row is locked. What a person has decided since stays, and so does a score without Send, which waits long."""
    sent_at = response.changed_at or response.answered_at
    is_tap = response.changed_at is None and (response.evidence or {}).get("why") == EvidenceWhy.TAP
    if response.state != ResponseState.CONFIRMED or is_tap or (response.confirmed_at or sent_at) > sent_at:
        return
    if (doubt := _doubt(sent_at, found)) is None:
        return
    if not take_back_change(response, doubt, at):
        provisional.put_aside(response, {**(response.evidence or {}), **doubt})


LOOK = sweep.add(Sweep("scanners.look", _unlooked, look))


def forget(at: datetime) -> int:
    """Delete what was learnt of mails that were opened longer ago than KNOWN_FOR, in pieces. Returns: how many."""
    old, count = OpenedMail.objects.filter(opened_at__lt=at - rules.KNOWN_FOR), 0
    while ids := list(old.values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE]):
        count += OpenedMail.objects.filter(pk__in=ids).delete()[0]
    return count
