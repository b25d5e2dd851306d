"""Sample data as a whole: customers answer over a year, and their tickets are worked on. One transaction."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from followup.causes import services as causes
from followup.demo.calling.silent import make_call_list, make_silent_links
from followup.demo.cast import LAST_INVITATION, LAST_RESPONSE, SLUGS, Shop, make_shop
from followup.demo.chapters import trial
from followup.demo.chapters.by_hand import invite_by_hand
from followup.demo.chapters.campaigns import make_campaigns
from followup.demo.chapters.cases import make_cases
from followup.demo.chapters.days import mark_days
from followup.demo.chapters.improvements import make_improvements
from followup.demo.chapters.leaving import write_down_who_left
from followup.demo.chapters.silence import fall_silent
from followup.demo.clock import Clock
from followup.demo.customers import Companies, make_contact, make_segments, note_last_answers
from followup.demo.people import Customer, make_customer
from followup.demo.plan import AFTER_SERVICE, NAMED, PERSONAL, PROGRAM, RELATIONSHIP, SEED, Planned, plan
from followup.demo.story import Storyteller
from followup.models import RootCause, Ticket
from followup.tickets import opening
from followup.tickets.again import asking
from surveys.models import Channel, Contact, Invitation, InvitationStatus, Response, ResponseState, Survey
from surveys.services import announcements
from surveys.services.insert import Row, insert_many
from surveys.services.surveys import current_texts

_CHUNK = 100
_CHANNELS = {PERSONAL: Channel.PERSONAL, PROGRAM: Channel.API}

Due = tuple[datetime, Planned]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was made."""

    answers: int
    tickets: int


def is_loaded() -> bool:
    """Whether the sample data is here."""
    return Survey.objects.filter(slug__in=SLUGS).exists()


def real_answers_exist() -> bool:
    """Whether anybody has answered a survey that is no sample."""
    return Response.objects.exclude(survey__slug__in=SLUGS).exists()


@transaction.atomic
def load(
    *, now: datetime, size: float = 1.0, begin: Callable[[int], Any] = int, progress: Callable[[int], Any] = int
) -> Loaded:
    """Make it all, the same each time but for the dates, which count back from `now`.

    `size`: 1 is the whole year. `begin` is called once with the number of answers to come, `progress` with how many
    more are done.
    """
    causes.ensure_defaults()
    clock = Clock(now, ZoneInfo(settings.TIME_ZONE))
    due = sorted(
        ((clock.moment(planned.window, planned.share), planned) for planned in plan(size)),
        key=lambda pair: (pair[0], pair[1].number),
    )
    begin(len(due))
    scene = _Scene(clock, make_shop(), progress)
    for chunk in _chunks(due):
        scene.play(chunk)
    scene.list_what_was_made()
    return Loaded(len(due) + scene.said_on_the_phone, Ticket.objects.filter(survey__in=scene.shop.surveys).count())


def _chunks(due: Sequence[Due]) -> Iterator[list[Due]]:
    """In order of time; an answer that follows another one never stands in the same chunk."""
    chunk: list[Due] = []
    numbers: set[int] = set()
    for at, planned in due:
        if len(chunk) == _CHUNK or planned.follows in numbers:
            yield chunk
            chunk, numbers = [], set()
        chunk.append((at, planned))
        numbers.add(planned.number)
    yield chunk


class _Scene:
    """The shop, and its customers so far."""

    def __init__(self, clock: Clock, shop: Shop, progress: Callable[[int], Any]) -> None:
        self.shop, self.progress = shop, progress
        self.texts = [current_texts(survey) for survey in shop.surveys]
        self.stories = Storyteller(clock, {cause.slug: cause for cause in RootCause.objects.filter(is_active=True)})
        self.customers: dict[int, Customer] = {}
        self.contacts: dict[int, Contact] = {}
        self.companies = Companies()
        self.responses: dict[int, int] = {}  # id by the number in the plan
        self.clock = clock
        self.trial = trial.begin(shop, clock.now)
        self.said_on_the_phone = 0

    def play(self, chunk: Sequence[Due]) -> None:
        """Store these answers at once, then tell in order what followed from them."""
        self._meet(chunk)
        invited = self._invite(chunk)
        ids = insert_many([self._row(at, planned, invited.get(planned.number)) for at, planned in chunk])
        self.responses.update((planned.number, row) for (_at, planned), row in zip(chunk, ids, strict=True))
        eventful = [(at, planned) for at, planned in chunk if _is_eventful(planned)]
        announcements.store(self.responses[planned.number] for _at, planned in eventful)
        self.progress(len(chunk) - len(eventful))
        for at, planned in eventful:
            self._follow_up(at, planned)
            self.progress(1)

    def _follow_up(self, at: datetime, planned: Planned) -> None:
        survey = self.shop.surveys[planned.survey]
        if planned.follows is not None:
            asked_at = at - _time_to_answer(planned)
            asking.note_decision(response_id=self.responses[planned.follows], decision="asked", reason="", at=asked_at)
        ticket = opening.open_for_response(self.responses[planned.number], at=at + timedelta(seconds=1))
        if ticket is None or planned.story is None:
            return
        play_out = self.stories.tell if planned.follows is None else self.stories.tell_again
        play_out(ticket, planned, planned.story, self.shop.agents[survey.pk])

    def _meet(self, chunk: Sequence[Due]) -> None:
        """The contacts of those who answer for the first time."""
        new = []
        for at, planned in chunk:
            number = planned.customer
            if number in self.customers:
                continue
            self.customers[number] = customer = make_customer(SEED, number, planned.language)
            if planned.way not in _CHANNELS:
                continue
            company = self.companies.of(customer.company)
            self.contacts[number] = contact = make_contact(customer, number, company, at)
            new.append(contact)
        Contact.objects.bulk_create(new)

    def _invite(self, chunk: Sequence[Due]) -> dict[int, Invitation]:
        """The personal links by which they answered, by the number in the plan."""
        invited = {
            planned.number: Invitation(
                survey=self.shop.surveys[planned.survey],
                contact=self.contacts[planned.customer],
                status=InvitationStatus.ANSWERED,
                follows_id=None if planned.follows is None else self.responses[planned.follows],
                created_at=at - _time_to_answer(planned),
                answered_at=at,
            )
            for at, planned in chunk
            if planned.way == PERSONAL
        }
        Invitation.objects.bulk_create(invited.values())
        return invited

    def _row(self, at: datetime, planned: Planned, invitation: Invitation | None) -> Row:
        customer, contact = self.customers[planned.customer], self.contacts.get(planned.customer)
        is_named = planned.way == NAMED
        traits = customer.traits if contact else {name: customer.traits[name] for name in ("country", "region")}
        return Row(
            public_id=uuid4(),
            submission=None,
            survey_id=self.shop.surveys[planned.survey].pk,
            texts_id=self.texts[planned.survey][planned.language].pk,
            invitation_id=invitation.pk if invitation else None,
            contact_id=contact.pk if contact else None,
            follows_id=None if planned.follows is None else self.responses[planned.follows],
            score=planned.score,
            comment=planned.comment,
            language=planned.language,
            channel=_CHANNELS.get(planned.way, Channel.LINK),
            state=ResponseState.CONFIRMED,
            traits=traits,
            contact_name=customer.name if is_named else "",
            contact_email=customer.email if is_named else "",
            contact_phone=customer.phone if is_named else "",
            answered_at=at,
            recorded_at=at,
            is_imported=False,
        )

    def list_what_was_made(self) -> None:
        """Write contacts, companies, segments, the last answer and link on the list that `--remove` reads."""
        sample = self.shop.sample
        trial.end(self.trial)
        note_last_answers(self.contacts)
        make_campaigns(self.shop.surveys, self.contacts, self.clock.now)
        make_cases(self.shop.surveys, self.clock.now)
        make_silent_links(self.shop.surveys, self.contacts)
        self.said_on_the_phone = make_call_list(self.shop.surveys, self.shop.agents, self.clock)
        served = self.shop.surveys[AFTER_SERVICE]
        invite_by_hand(served, self.shop.agents[served.pk][0], self.clock.now)
        write_down_who_left(self.shop.surveys, self.clock.now)
        fall_silent(self.shop.surveys[RELATIONSHIP], self.contacts, self.clock.now)
        leads = [agents[-1] for agents in self.shop.agents.values()]
        sample.made |= {
            "events.event": mark_days(self.clock.now),
            "improvements.improvement": make_improvements(leads, self.shop.surveys, self.clock.now),
            "surveys.contact": [contact.pk for contact in self.contacts.values()],
            "surveys.company": self.companies.made,
            "surveys.segment": make_segments(),
            LAST_RESPONSE: Response.objects.filter(survey__in=self.shop.surveys).latest("pk").pk,
            LAST_INVITATION: Invitation.objects.filter(survey__in=self.shop.surveys).latest("pk").pk,
        }
        sample.save(update_fields=["made"])


def _is_eventful(planned: Planned) -> bool:
    """Whether follow-up has something to decide: the others are not announced."""
    return planned.story is not None or planned.follows is not None


def _time_to_answer(planned: Planned) -> timedelta:
    """From the link to the answer."""
    return timedelta(hours=2 + planned.number * 7 % 53)
