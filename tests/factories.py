"""People, surveys, answers and tickets for tests, made through the services."""

from typing import Any

from django.test import Client

from followup.models import Ticket
from followup.tickets import opening
from nps_project.accounts.models import Team, User
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
    """Signed in."""
    client = Reader()
    client.force_login(user)
    return client
