"""People, surveys, answers and tickets for tests, made through the services."""

from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone

from followup.models import Ticket
from followup.tickets import opening
from nps_project.accounts.models import Team, User
from nps_project.accounts.signin.sessions import SessionStore, note
from surveys.models import Contact, Response, Survey
from surveys.services.responses import NewAnswer, Origin, record_response
from surveys.services.surveys import create_survey


def make_user(name: str, role: str = "agent", **fields: Any) -> User:
    """Signs in as <name>@example.com."""
    return User.objects.create_user(f"{name}@example.com", "a long enough password", name=name, role=role, **fields)


def make_survey(slug: str = "autumn", team: Team | None = None) -> Survey:
    """A live one in three languages."""
    return create_survey(
        slug=slug, name=slug.title(), brand="Nordlys", status="live", languages=["en", "nl", "da"], team=team
    )


def make_contact(number: int, **fields: Any) -> Contact:
    """A customer who can be called."""
    fields = {"name": f"Customer {number}", "phone": "+45 33 12 00 00", "language": "en"} | fields
    return Contact.objects.create(email=f"customer{number}@example.com", **fields)


def make_answer(survey: Survey, score: int, comment: str = "", **fields: Any) -> Response:
    """A confirmed answer, in English unless `language` says otherwise.

    Other fields go where their name says: contact_... to NewAnswer, state and evidence to record_response, the rest to
    Origin.
    """
    contact = fields.pop("contact", None)
    typed = {name: fields.pop(name) for name in list(fields) if name.startswith("contact_")}
    decided = {name: fields.pop(name) for name in ("state", "evidence") if name in fields}
    origin = {"channel": "personal" if contact else "link", "language": "en", "contact_id": contact and contact.pk}
    recorded = record_response(
        survey=survey,
        answer=NewAnswer(score=score, comment=comment, **typed),
        origin=Origin(**(origin | fields)),
        **decided,
    )
    return Response.objects.get(pk=recorded.response_id)


def make_ticket(survey: Survey, score: int, comment: str = "", **fields: Any) -> Ticket:
    """The ticket that an unhappy answer opens."""
    ticket = opening.open_for_response(make_answer(survey, score, comment, **fields).pk)
    assert ticket is not None
    return ticket


class Reader(Client):
    """Reads each streamed answer to its end, which closes it, as the web server does."""

    def request(self, **request: Any) -> Any:
        answer: Any = super().request(**request)
        if answer.streaming:
            answer.streaming_content = [b"".join(answer.streaming_content)]
        return answer


def client_of(user: User) -> Client:
    """Signed in, with the session that a sign-in leaves; what else a sign-in does has tests of its own."""
    client, session = Reader(), SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    request = HttpRequest()
    request.session = session
    note(request, timezone.now())
    session.create()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key or ""
    return client
