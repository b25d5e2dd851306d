"""Replays how the people of the sample shop worked on one ticket, through the services, with the times of then."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from followup.demo import notes
from followup.demo.chapters import letters
from followup.demo.clock import Clock
from followup.demo.plan import CLAIMED, CONTACTED, SEED, TRIED, UNTOUCHED, WAITING, Planned, Story
from followup.demo.quiet import hush
from followup.escalation import services as escalation
from followup.models import ContactBy, Outcome, RootCause, Stage, Step, StepKind, Ticket
from followup.tickets import actions, attempts, promises, tags
from nps_project.accounts.models import User

_CURRENCY = "EUR"
_TODAY_H = 72  # younger answers were worked on whatever the hour, so that the desk is the same at any hour of loading
_MOMENT = timedelta(minutes=2)
_PROMISES_ONE_IN = 4  # of the resolved tickets
_VIP_VALUE = 20_000
_LITTLE_LATE = 0.6  # of the late ones, the share that was contacted within a day after the deadline


class Storyteller:
    """Replays what became of tickets; the same plan gives the same tickets."""

    def __init__(self, clock: Clock, causes: dict[str, RootCause]) -> None:
        self.clock, self.now, self.causes = clock, clock.now, causes

    def tell(self, ticket: Ticket, planned: Planned, story: Story, agents: Sequence[User]) -> None:
        """Everything that happened to one ticket until now, its clock included."""
        _Work(self, ticket, planned, story, agents).tell()

    def tell_again(self, ticket: Ticket, planned: Planned, story: Story, agents: Sequence[User]) -> None:
        """What happened after the customer, asked again, was still unhappy."""
        _Work(self, ticket, planned, story, agents).tell_again()


class _Work:
    """One ticket and those who work on it."""

    def __init__(
        self, teller: Storyteller, ticket: Ticket, planned: Planned, story: Story, agents: Sequence[User]
    ) -> None:
        self.teller, self.ticket, self.planned, self.story = teller, ticket, planned, story
        self.clock, self.now = teller.clock, teller.now
        self.random = Random(f"{SEED} story {planned.number}")  # noqa: S311  (sample data)
        self.is_today = planned.window.start_h < _TODAY_H
        speaking = [agent for agent in agents[:-1] if agent.language == planned.language]
        self.agent = ticket.owner or self.random.choice([*speaking * 20, *agents])

    def tell(self) -> None:
        self._tell_account_manager()
        self._tag()
        due = self.ticket.first_contact_due_at
        if due is None:
            self._nobody_to_call()
        elif self.story.what == CLAIMED:
            self._claim(self._soon(due, 0.3, 0.9))
        elif self.story.what != UNTOUCHED:
            self._with_a_clock(due)
        self._move_clock(self.now)

    def tell_again(self) -> None:
        at = self._soon(self.ticket.next_contact_due_at or self.now, 0.2, 0.8)
        self._contact(at)
        self._resolve(Outcome.LOST, self._later(at))
        self._move_clock(self.now)

    def _tell_account_manager(self) -> None:
        """The account manager's mail, where there is one, went out at once."""
        if hush(self.ticket.pk, self.ticket.opened_at):
            actions.tick_account_manager_told(ticket_id=self.ticket.pk, at=self.ticket.opened_at + timedelta(seconds=9))

    def _nobody_to_call(self) -> None:
        """After some hours somebody has read it and says what it led to."""
        at = self.clock.at_work(self.ticket.opened_at + timedelta(hours=self.random.uniform(1, 30)))
        if at < self.now - _MOMENT:
            self._claim(at)
            self._resolve(
                Outcome.NO_ACTION, at + timedelta(minutes=1), note=notes.NOBODY_TO_CALL[self.planned.language]
            )

    def _with_a_clock(self, due: datetime) -> None:
        at = self._late(due) if self.story.is_late else self._soon(due, 0.05, 0.75)
        outcome = self.story.outcome
        claimed_at = self._before(at)
        self._claim(claimed_at)
        if outcome == Outcome.NO_ACTION:
            self._resolve(outcome, at)
        elif self.story.what == TRIED or (outcome == Outcome.UNREACHABLE and self._way()[0] == "phone"):
            last = self._try_in_vain(at)
            if outcome:
                self._resolve(outcome, self._later(last))
        else:
            if self._way()[0] == "phone" and self.random.random() < 0.3:
                first = self.random.choice(("no_answer", "no_answer", "voicemail"))
                self._try(first, "phone", self._before(at, claimed_at))
            self._contact(at)
            self._afterwards(at)

    def _afterwards(self, at: datetime) -> None:
        outcome = self.story.outcome
        done = self._do_steps(at, leave=int(self.random.random() < 0.2) if outcome else 3)
        if self.story.what == WAITING:
            later = max(min(at + timedelta(minutes=40), self.now - _MOMENT), done)
            until = self.now + timedelta(days=self.random.uniform(0.5, 6))
            reason = notes.waiting(self.planned.language, self.planned.number)
            actions.wait(ticket_id=self.ticket.pk, by=self.agent, until=until, at=later, reason=reason)
        elif outcome is not None:
            ended = max(self._later(at), done)
            if self.planned.number % _PROMISES_ONE_IN == 0:
                self._promise(done, self.clock.at_work(ended + timedelta(hours=3)), kept_at=ended)
            else:
                answered_at = done + (ended - done) / 2
                self._move_clock(answered_at)
                letters.answer(self.ticket.pk, self.planned.number, answered_at)
            self._resolve(outcome, ended)
        elif self.story.what == CONTACTED and self.planned.number % 2:
            self._promise(done, self.clock.at_work(self.now + timedelta(hours=3 + self.planned.number * 7 % 90)))
        elif self.story.what == CONTACTED and self.random.random() < 0.5:
            text = notes.open_end(self.planned.language, self.planned.number)
            actions.add_note(ticket_id=self.ticket.pk, by=self.agent, text=text, at=done)

    def _promise(self, at: datetime, due: datetime, kept_at: datetime | None = None) -> None:
        """Something is promised; and kept, where it ends well."""
        text = notes.promised(self.planned.language, self.planned.number)
        made = promises.make(ticket_id=self.ticket.pk, by=self.agent, text=text, due_at=max(due, at + _MOMENT), at=at)
        if kept_at is not None:
            promises.keep(ticket_id=self.ticket.pk, promise_id=made.pk, by=self.agent, at=kept_at)

    def _tag(self) -> None:
        """The few words by which this shop sorts its tickets."""
        contact = self.ticket.response.contact
        words = [
            *(["vip"] if contact and contact.value and contact.value >= _VIP_VALUE else []),
            *(["second time"] if self.planned.number % 23 == 0 else []),
        ]
        if words:
            at = self.ticket.opened_at + timedelta(seconds=20)
            tags.change_tags(ticket_id=self.ticket.pk, by=self.agent, add=words, at=at)

    # Times.

    def _begin(self) -> datetime:
        """When the work on this answer could begin; nobody acts within the minute."""
        answered_at = self.clock.moment(self.planned.window, self.planned.share)
        start: datetime = max(answered_at, self.ticket.opened_at)
        return start + timedelta(minutes=1)

    def _soon(self, due: datetime, low: float, high: float) -> datetime:
        """Before a deadline, in office hours; rather early than late."""
        start = self._begin()
        share: float = low + (high - low) * self.random.random() ** 1.6
        at = start + (min(due, self.now) - start) * share
        if not self.is_today:
            worked = self.clock.worked(start, due, share)
            at = worked if worked < due else at
        return min(at, self.now - 3 * _MOMENT)

    def _late(self, due: datetime) -> datetime:
        hours = self.random.uniform(0.5, 22) if self.random.random() < _LITTLE_LATE else self.random.uniform(22, 110)
        at = self.clock.at_work(due + timedelta(hours=hours))
        return min(at + timedelta(minutes=self.random.uniform(0, 90)), self.now - 3 * _MOMENT)

    def _before(self, at: datetime, start: datetime | None = None) -> datetime:
        """Some office time between the opening, or `start`, and `at`."""
        start = start or self._begin()
        early = self.clock.worked(start, at, self.random.uniform(0.2, 0.8))
        return early if early < at else start + (at - start) * 0.6

    def _later(self, at: datetime) -> datetime:
        later = self.clock.at_work(at + timedelta(days=self.story.days))
        return max(min(later, self.now - _MOMENT), at + _MOMENT / 2)

    # Doings.

    def _claim(self, at: datetime) -> None:
        self._move_clock(at)
        if self.ticket.owner_id is None:
            actions.claim(ticket_id=self.ticket.pk, by=self.agent, at=at)

    def _way(self) -> tuple[str, str]:
        """(channel, result) of a contact that counts under the ticket's play."""
        if self.ticket.play.contact_by == ContactBy.EMAIL:
            return "email", "sent"
        if self.ticket.response.reach_phone:
            return "phone", "reached"
        return "email", "sent" if self.ticket.play.contact_by == ContactBy.PHONE_ELSE_EMAIL else "reached"

    def _contact(self, at: datetime) -> None:
        channel, result = self._way()
        length_s = self.random.randrange(90, 1500, 10) if channel == "phone" else None
        note = (
            notes.called(self.planned.language, self.planned.cause, self.planned.number) if result == "reached" else ""
        )
        self._try(result, channel, at, duration_s=length_s, note=note)

    def _try(self, result: str, channel: str, at: datetime, *, duration_s: int | None = None, note: str = "") -> None:
        self._move_clock(at)
        if (channel, result) == ("email", "sent"):
            letters.write(self.ticket.pk, self.agent, at)
        attempts.log_attempt(ticket_id=self.ticket.pk, by=self.agent, result=result, channel=channel, at=at,
                             duration_s=duration_s, note=note, now=at)  # fmt: skip

    def _try_in_vain(self, at: datetime) -> datetime:
        """Some tries, as far as there was time for them. Returns: when the last one was."""
        channel, results, last = "phone", ["no_answer", "voicemail", "voicemail"], at
        if self.random.random() < 0.2:
            results[-1] = "wrong_number"
        if not self.ticket.response.reach_phone:
            # A mail is a try where a call is owed; else it would be the contact itself.
            channel, results = "email", ["sent"] if self.ticket.play.contact_by == ContactBy.PERSON_OR_PHONE else []
        for number, result in enumerate(results):
            made = self.clock.at_work(at + timedelta(hours=19 * number)) if number else at
            if made < self.now - _MOMENT:
                self._try(result, channel, made)
                last = made
        return last

    def _do_steps(self, at: datetime, leave: int) -> datetime:
        """Returns: when the last one was done."""
        last = min(at + _MOMENT / 2, self.now)
        steps = list(self.ticket.steps.filter(done_at=None).exclude(kind=StepKind.ACCOUNT_MANAGER))
        for number, step in enumerate(steps[: max(1, len(steps) - leave)], start=1):
            done = at + timedelta(minutes=2 * number)
            if done < self.now:
                self._do_step(step, done)
                last = done
        return last

    def _do_step(self, step: Step, at: datetime) -> None:
        amount, currency = None, ""
        if step.kind == StepKind.COMPENSATION and self._gives():
            currency, amount = _CURRENCY, Decimal(self.random.choice((10, 15, 20, 25, 50, 75)))
        actions.set_step(
            ticket_id=self.ticket.pk, step_id=step.pk, by=self.agent, amount=amount, currency=currency, at=at
        )

    def _gives(self) -> bool:
        """Whether the customer gets something: not all do, and those oftener with whom it ends well."""
        likely = 0.85 if self.story.outcome == Outcome.RECOVERED else 0.3
        return Random(f"{SEED} gesture {self.planned.number}").random() < likely  # noqa: S311  (sample data)

    def _resolve(self, outcome: Outcome, at: datetime, note: str = "") -> None:
        self._move_clock(at)
        causes = self.teller.causes
        actions.resolve(
            ticket_id=self.ticket.pk,
            by=self.agent,
            outcome=outcome,
            root_cause=causes.get(self.planned.cause) or next(iter(causes.values())),
            note=note or notes.solved(self.planned.language, outcome, self.planned.number),
            at=at,
        )

    def _move_clock(self, until: datetime) -> None:
        """What the sweep would have done by then, so that nothing is left for it to shout about now."""
        ticket = Ticket.objects.get(pk=self.ticket.pk)
        if ticket.is_resolved:
            return
        is_to_warn = ticket.stage == Stage.ON_TIME and ticket.warn_at <= until
        if not is_to_warn and ticket.deadline >= until:
            return
        last = ticket.activities.latest("number").at  # a reopened ticket may have a deadline of long ago
        if is_to_warn:
            at = max(ticket.warn_at, last)
            escalation.warn(ticket.pk, at)
            hush(ticket.pk, at)
        if ticket.deadline < until:
            at = max(min(ticket.deadline + timedelta(seconds=30), until), last)
            escalation.escalate(ticket.pk, at)
            hush(ticket.pk, at)
