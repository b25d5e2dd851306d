"""Sample data as a whole: customers answer over sixty days, and their tickets are worked on. One transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db import transaction

from followup.demo.cast import SLUGS, Shop, make_shop
from followup.demo.comments import COMMENTS, mood_of
from followup.demo.deck import Deck
from followup.demo.people import Customer, make_customer
from followup.demo.story import Storyteller
from followup.models import RootCause
from followup.services import causes, tickets
from surveys.models import Channel, Contact, Invitation, InvitationStatus, Response, Survey, SurveyWords
from surveys.services.contacts import save_contact
from surveys.services.invitations import create_invitation
from surveys.services.responses import NewAnswer, record_response
from surveys.services.surveys import current_words

ANSWERS = 300
DAYS = 60
_SEED = 20_240_611
_FRESH_SHARE = 0.3  # of the answers came in during the last two days: a desk has work
_SCORES = (
    [0] * 3 + [1] * 2 + [2] * 3 + [3] * 4 + [4] * 4 + [5] * 5 + [6] * 7 + [7] * 14 + [8] * 18 + [9] * 21 + [10] * 19
)
_LANGUAGES = ["en"] * 6 + ["nl"] * 7 + ["da"] * 6
_DEFAULT_CAUSE = "communication"


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
def load(*, now: datetime, progress: Callable[[], Any] = lambda: None) -> Loaded:
    """Make it all, the same each time but for the dates, which count back from `now`. `progress`: called per answer."""
    causes.ensure_defaults()
    random = Random(_SEED)  # noqa: S311  (sample data)
    scene = _Scene(random, now, make_shop())
    opened = 0
    for answered_at in _times(random, now):
        opened += scene.answer(answered_at)
        progress()
    return Loaded(ANSWERS, opened)


def _times(random: Random, now: datetime) -> list[datetime]:
    """When the answers came, oldest first: the older ones between seven and half past ten."""
    fresh = round(ANSWERS * _FRESH_SHARE)
    times = [now - timedelta(minutes=random.uniform(15, 50 * 60)) for _number in range(fresh)]
    for _number in range(ANSWERS - fresh):
        day = (now - timedelta(days=random.uniform(3, DAYS))).replace(hour=0, minute=0, second=0, microsecond=0)
        times.append(day + timedelta(minutes=random.uniform(7 * 60, 22.5 * 60)))
    return sorted(times)


class _Scene:
    """The shop, its customers so far, and what they will say."""

    def __init__(self, random: Random, now: datetime, shop: Shop) -> None:
        self.random, self.shop = random, shop
        self.words: dict[int, dict[str, SurveyWords]] = {survey.pk: current_words(survey) for survey in shop.surveys}
        named = {cause.slug: cause for cause in RootCause.objects.filter(is_active=True)}
        self.stories = Storyteller(random, now, named)
        self.scores = Deck(_SCORES, random)
        self.said = {
            (language, mood): Deck(comments, random)
            for language, moods in COMMENTS.items()
            for mood, comments in moods.items()
        }
        self.left = {key: len(COMMENTS[key[0]][key[1]]) for key in self.said}
        self.customers: list[tuple[Customer, Contact]] = []

    def answer(self, at: datetime) -> int:
        """One customer answers, and what follows from it. Returns: the number of tickets that opened, 0 or 1."""
        language = self.random.choice(_LANGUAGES)
        survey = self.shop.surveys[self.random.random() < 0.4]
        score = self.scores.draw()
        cause, comment = self._comment(language, score)
        given = self._identity(survey, language, score, comment, at)
        recorded = record_response(
            survey=survey,
            language=language,
            words_id=self.words[survey.pk][language].pk,
            answered_at=at,
            recorded_at=at,
            **given,
        )
        ticket = tickets.open_for_response(recorded.response_id, at=at + timedelta(seconds=1))
        if ticket is None:
            return 0
        self.stories.tell(ticket, self.shop.agents[survey.pk], cause)
        return 1

    def _comment(self, language: str, score: int) -> tuple[str, str]:
        """(root cause, words); nobody says what another one said, so late ones may say nothing."""
        key = (language, mood_of(score))
        if not self.left[key] or self.random.random() > (0.92 if score <= 6 else 0.66):
            return _DEFAULT_CAUSE, ""
        self.left[key] -= 1
        return self.said[key].draw()

    def _identity(self, survey: Survey, language: str, score: int, comment: str, at: datetime) -> dict[str, Any]:
        """Who answers, and by which way: a personal link, a program, or the public link with or without a name."""
        way = self.random.random()
        if way < 0.75:
            customer, contact = self._customer(language, at)
            given: dict[str, Any] = {
                "answer": NewAnswer(score, comment),
                "contact_id": contact.pk,
                "traits": customer.traits,
                "channel": Channel.API,
            }
            if way < 0.65:
                invitation = create_invitation(survey=survey, contact=contact)
                Invitation.objects.filter(pk=invitation.pk).update(
                    created_at=at - timedelta(hours=self.random.uniform(2, 60)), status=InvitationStatus.SENT
                )
                given |= {"channel": Channel.PERSONAL, "invitation_id": invitation.pk}
            return given
        customer = make_customer(self.random, len(self.customers) + 500, language)
        leaves_name = score <= 6 and self.random.random() < 0.7
        answer = NewAnswer(
            score,
            comment,
            contact_name=customer.name if leaves_name else "",
            contact_email=customer.email if leaves_name else "",
            contact_phone=customer.phone if leaves_name else "",
        )
        return {"answer": answer, "channel": Channel.LINK, "traits": {"country": customer.traits["country"]}}

    def _customer(self, language: str, at: datetime) -> tuple[Customer, Contact]:
        """Mostly a new one; some answer again."""
        known = [pair for pair in self.customers if pair[0].language == language]
        if known and self.random.random() < 0.15:
            return self.random.choice(known)
        customer = make_customer(self.random, len(self.customers) + 1, language)
        contact = save_contact(
            Contact(created_at=at - timedelta(days=self.random.uniform(3, 400))),
            {
                "name": customer.name,
                "email": customer.email,
                "phone": customer.phone,
                "language": language,
                "traits": customer.traits,
                "value": customer.value,
                "account_manager": customer.account_manager,
                "external_id": f"DEMO-{len(self.customers) + 1:04d}",
            },
        )
        self.customers.append((customer, contact))
        return customer, contact
