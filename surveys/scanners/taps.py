"""Scores tapped in a mail: noted when the page sees a key, a pointer or a finger, and counted after a quiet time."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest

from nps_project.background import sweep
from nps_project.background.sweep import Sweep
from surveys.models import Channel, EvidenceWhy, Invitation, InvitationChannel, Response, ResponseState
from surveys.scanners import hashes, rules
from surveys.scanners.models import OpenedMail, Opening, Tap
from surveys.services import provisional
from surveys.services.invitations import last_mail_at
from surveys.services.responses import Origin

MOST_OPENINGS = 500
_signer = Signer(salt="surveys.tap")


@dataclass(frozen=True, slots=True)
class Client:
    """Who a request comes from, as far as is kept."""

    place: int | None
    agent: int


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it was fetched by a mail's link: what it shows, when, and by whom."""

    link: str
    opened_at: datetime
    client: Client


def client_of(request: HttpRequest) -> Client:
    """Who the request comes from."""
    place = hashes.place_of(request.META.get("REMOTE_ADDR", ""))
    return Client(place, hashes.agent_of(request.META.get("HTTP_USER_AGENT", "")))


def takes_taps(invitation: Invitation, response: Response | None) -> bool:
    """Whether the page may keep a score without Send: it was mailed by the product, and nobody has pressed Send."""
    was_mailed = invitation.channel == InvitationChannel.EMAIL and invitation.sent_at is not None
    return was_mailed and (response is None or response.is_tapped)


def page_token(invitation: Invitation, score: str, client: Client, at: datetime) -> str:
    """What the page sends back with its score: signed, so that it need not be stored."""
    return _signer.sign_object([invitation.pk, score, at.timestamp(), client.place, client.agent])


def read_page(invitation: Invitation, token: str) -> Page | None:
    """The page of this invitation that has this token; None for any other text."""
    try:
        invitation_id, score, opened_at, place, agent = _signer.unsign_object(token)
    except (BadSignature, ValueError):
        return None
    if invitation_id != invitation.pk:
        return None
    return Page(rules.link_of_score(score), datetime.fromtimestamp(opened_at, UTC), Client(place, agent))


@transaction.atomic
def note(
    *,
    invitation: Invitation,
    page: Page,
    score: int,
    act: str,
    client: Client,
    language: str,
    texts_id: int,
    at: datetime,
) -> bool:
    """Keep a tapped score until it is decided whether it counts. Returns: False when somebody pressed Send before."""
    origin = Origin(
        channel=Channel.PERSONAL,
        language=language,
        invitation_id=invitation.pk,
        contact_id=invitation.contact_id,
        texts_id=texts_id,
        traits=invitation.contact.traits,
        follows_id=invitation.follows_id,
    )
    response_id = provisional.note_score(survey=invitation.survey, score=score, origin=origin, at=at)
    if response_id is None:
        return False
    seen = {
        "link": page.link,
        "opened_at": page.opened_at,
        "at": at,
        "sent_at": last_mail_at(invitation),
        "act": act,
        "is_same_place": page.client.place == client.place,
        "is_same_agent": page.client.agent == client.agent,
    }
    Tap.objects.update_or_create(response_id=response_id, defaults=seen)
    return True


def openings_of(invitation_id: int, first: datetime, last: datetime) -> list[rules.Opened]:
    """The openings of a mail's links from first to last, the newest MOST_OPENINGS; one query."""
    rows = Opening.objects.filter(invitation=invitation_id, at__range=(first, last)).order_by("-at")
    return [rules.Opened(*row) for row in rows.values_list("at", "link")[:MOST_OPENINGS]]


def is_domain_scanned(address: str, at: datetime) -> bool:
    """Whether programs checked the mails of this address's domain, or of this address where strangers share it."""
    domain, since = rules.domain_of(address), at - rules.KNOWN_FOR
    is_shared = domain in rules.SHARED_DOMAINS
    rows = OpenedMail.objects.filter(domain=domain, opened_at__gte=since)
    if is_shared:
        rows = rows.filter(recipient=hashes.recipient_of(address))
    burst = Q(burst_at__gte=since)
    found = rows.aggregate(
        opened=Count("pk"), bursts=Count("pk", filter=burst), recipients=Count("recipient", filter=burst, distinct=True)
    )
    return rules.is_scanned(is_shared=is_shared, **found)


def address_of(invitation: Invitation) -> str:
    """Where its mail went."""
    return invitation.address or invitation.contact.email or ""


def _quiet(at: datetime) -> QuerySet[Tap]:
    return Tap.objects.filter(at__lte=at - rules.QUIET).order_by("at")


@transaction.atomic
def settle(response_id: int, at: datetime) -> bool:
    """Decide about one tapped score whose quiet time is over: it counts, or it waits for a person."""
    response = provisional.lock_fresh(response_id)
    tap = _quiet(at).filter(pk=response_id).first()
    if tap is None:
        return False
    if response is not None and response.invitation_id is not None:
        invitation = Invitation.objects.select_related("contact").get(pk=response.invitation_id)
        _decide(response, invitation, tap, at)
    else:  # a person has discarded it: brought back, it waits for a person
        discarded = Response.objects.filter(pk=response_id, state=ResponseState.DISCARDED, evidence__isnull=True)
        discarded.update(evidence={"why": EvidenceWhy.TAP.value, "signs": []})
    tap.delete()
    return True


def _decide(response: Response, invitation: Invitation, tap: Tap, at: datetime) -> None:
    seen = rules.Tap(tap.link, tap.opened_at, tap.at, tap.sent_at, tap.is_same_place, tap.is_same_agent)
    openings = openings_of(invitation.pk, tap.opened_at - rules.NEAR, tap.at + rules.NEAR)
    signs = rules.signs_of_tap(seen, openings, is_domain_scanned=is_domain_scanned(address_of(invitation), at))
    links = rules.links_near(tap.opened_at, openings) | rules.links_near(tap.at, openings)
    evidence = {
        "why": EvidenceWhy.TAP.value,
        "signs": list(signs),
        "links": sorted(links),
        "act": tap.act,
        "tapped_at": tap.at.isoformat(),
    }
    if signs:
        provisional.put_aside(response, evidence)
    else:
        provisional.confirm(response, evidence)


SETTLE = sweep.add(Sweep("scanners.settle", _quiet, settle))
