"""How the people of the made-up shop worked on one ticket, told to the services with the times of then."""

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from followup.demo.deck import Deck
from followup.models import ContactBy, Outcome, RootCause, Stage, Step, StepKind, Ticket
from followup.services import actions, attempts, escalation
from followup.services.notices import TOLD_PREFIX
from nps_project.accounts.models import User
from nps_project.deliveries.models import Delivery, Status

UNTOUCHED, CLAIMED, TRIED, CONTACTED, WAITING, SOLVED, SOLVED_LATE = range(7)
_FRESH = [UNTOUCHED] * 8 + [CLAIMED, CLAIMED, TRIED, CONTACTED, CONTACTED, WAITING, SOLVED]
_LATE = [UNTOUCHED, UNTOUCHED, CLAIMED, TRIED, CONTACTED, WAITING, SOLVED, SOLVED, SOLVED_LATE]
_OLD = [CONTACTED, WAITING, SOLVED_LATE, SOLVED_LATE] + [SOLVED] * 14
_OUTCOMES = (
    [Outcome.RECOVERED] * 7 + [Outcome.KEPT] * 5 + [Outcome.LOST] * 3 + [Outcome.UNREACHABLE] * 2 + [Outcome.NO_ACTION]
)
_CURRENCY = {"en": "GBP", "nl": "EUR", "da": "DKK"}

_CALLED = (
    "Told the whole story, was calm in the end. Wants to hear by Friday what we change.",
    "Very angry at first. The third order that went wrong, not the first.",
    "Did not expect a call at all and said so. Apologised for the tone of the comment.",
    "Had my notes ready, went through the order line by line.",
    "Short call, was driving. Likes to be written next time.",
    "Understands the delay, not the silence. That is the point to fix.",
    "Compared us with two others, would stay for a fair replacement.",
    "The partner answered and knew everything about it.",
)
_SOLVED = {
    Outcome.RECOVERED: ("Replacement arrived, all good again.", "Will order again, said so without being asked."),
    Outcome.KEPT: ("Stays, but is watching us.", "Accepted the voucher, not yet convinced."),
    Outcome.LOST: ("Has ordered elsewhere already.", "Does not want to hear from us any more. Respected."),
    Outcome.UNREACHABLE: ("Three tries, two voicemails and a mail. No sign of life.",),
    Outcome.NO_ACTION: ("The customer wrote the next morning that it had sorted itself out.",),
}


class Storyteller:
    """Tells what became of tickets; the same random state tells the same."""

    def __init__(self, random: Random, now: datetime, causes: dict[str, RootCause]) -> None:
        self.random, self.now, self.causes = random, now, causes
        self._fresh = Deck(_FRESH, random)
        self._late = Deck(_LATE, random)
        self._old = Deck(_OLD, random)
        self._outcomes = Deck(_OUTCOMES, random)

    def tell(self, ticket: Ticket, agents: list[User], cause: str) -> None:
        """Everything that happened to one ticket until now, its clock included."""
        self._told(ticket)
        agent = ticket.owner or self.random.choice(agents)
        if ticket.first_contact_due_at is None:
            self._without_a_way(ticket, agent, cause)
        else:
            self._with_a_clock(ticket, ticket.first_contact_due_at, agent, cause)
        self._move_clock(ticket.pk, self.now)

    def _told(self, ticket: Ticket) -> None:
        """The account manager's mail, where there is one, went out at once."""
        hush(ticket.pk, ticket.opened_at)
        if Delivery.objects.filter(about=f"{TOLD_PREFIX}{ticket.pk}").exists():
            actions.tick_account_manager_told(ticket_id=ticket.pk, at=ticket.opened_at + timedelta(seconds=20))

    def _without_a_way(self, ticket: Ticket, agent: User, cause: str) -> None:
        """Nobody to call: after some days somebody has read it and says what it led to."""
        at = ticket.opened_at + timedelta(hours=self.random.uniform(4, 40))
        if at < self.now:
            self._claim(ticket, agent, at)
            self._resolve(ticket, agent, Outcome.NO_ACTION, cause, at + timedelta(minutes=6),
                          "Anonymous, so nobody to call. Passed on to the team it is about.")  # fmt: skip

    def _with_a_clock(self, ticket: Ticket, due: datetime, agent: User, cause: str) -> None:
        if due > self.now:
            what = self._fresh.draw()
        else:
            what = (self._late if self.now - due < timedelta(days=3) else self._old).draw()
        start, end = ticket.opened_at, min(due, self.now)
        at = start + (end - start) * self.random.uniform(0.12, 0.85)
        if what == SOLVED_LATE:
            at = due + timedelta(hours=self.random.uniform(1, 20))
        if what == UNTOUCHED or at > self.now - timedelta(minutes=2):
            return
        self._claim(ticket, agent, start + (at - start) * 0.6)
        if what == CLAIMED:
            return
        outcome = self._outcomes.draw() if what in (SOLVED, SOLVED_LATE) else None
        if outcome == Outcome.NO_ACTION:
            self._resolve(ticket, agent, outcome, cause, at, _SOLVED[outcome][0])
        elif what == TRIED or outcome == Outcome.UNREACHABLE:
            self._try_in_vain(ticket, agent, at)
            last = at + timedelta(days=2)
            if outcome and last < self.now:
                self._resolve(ticket, agent, outcome, cause, last, _SOLVED[outcome][0])
        else:
            self._contact(ticket, agent, at)
            self._afterwards(ticket, agent, what, outcome, cause, at)

    def _afterwards(
        self, ticket: Ticket, agent: User, what: int, outcome: Outcome | None, cause: str, at: datetime
    ) -> None:
        self._do_steps(ticket, agent, at, leave=0 if outcome else 3)
        if what == WAITING:
            later = at + timedelta(minutes=30)
            if later < self.now:
                until = self.now + timedelta(days=self.random.uniform(0.5, 6))
                actions.wait(ticket_id=ticket.pk, by=agent, until=until, at=later,
                             reason="Waits for the warehouse to find the missing parcel.")  # fmt: skip
        elif outcome is not None:
            solved = at + timedelta(hours=self.random.uniform(3, 70))
            if solved < self.now:
                self._resolve(ticket, agent, outcome, cause, solved, self.random.choice(_SOLVED[outcome]))

    def _claim(self, ticket: Ticket, agent: User, at: datetime) -> None:
        self._move_clock(ticket.pk, at)
        if ticket.owner_id is None:
            actions.claim(ticket_id=ticket.pk, by=agent, at=at)

    def _way(self, ticket: Ticket) -> tuple[str, str]:
        """(channel, result) of a contact that counts under the ticket's play."""
        if ticket.play.contact_by == ContactBy.EMAIL:
            return "email", "sent"
        if ticket.response.reach_phone:
            return "phone", "reached"
        return "email", "sent" if ticket.play.contact_by == ContactBy.PHONE_ELSE_EMAIL else "reached"

    def _contact(self, ticket: Ticket, agent: User, at: datetime) -> None:
        self._move_clock(ticket.pk, at)
        channel, result = self._way(ticket)
        attempts.log_attempt(
            ticket_id=ticket.pk,
            by=agent,
            result=result,
            channel=channel,
            at=at,
            duration_s=self.random.randrange(90, 1500, 10) if channel == "phone" else None,
            note=self.random.choice(_CALLED) if result == "reached" else "",
            now=at + timedelta(seconds=30),
        )

    def _try_in_vain(self, ticket: Ticket, agent: User, at: datetime) -> None:
        channel = "phone" if ticket.response.reach_phone else "email"
        results = ("no_answer", "voicemail", "voicemail") if channel == "phone" else ("no_answer",)
        for number, result in enumerate(results):
            made = at + timedelta(hours=7 * number)
            if made < self.now - timedelta(minutes=2):
                self._move_clock(ticket.pk, made)
                attempts.log_attempt(ticket_id=ticket.pk, by=agent, result=result, channel=channel, at=made,
                                     now=made + timedelta(seconds=30))  # fmt: skip

    def _do_steps(self, ticket: Ticket, agent: User, at: datetime, leave: int) -> None:
        steps = list(ticket.steps.filter(done_at=None).exclude(kind=StepKind.ACCOUNT_MANAGER))
        for number, step in enumerate(steps[: max(1, len(steps) - leave)], start=1):
            done = at + timedelta(minutes=2 * number)
            if done < self.now:
                self._do_step(ticket, step, agent, done)

    def _do_step(self, ticket: Ticket, step: Step, agent: User, at: datetime) -> None:
        amount, currency = None, ""
        if step.kind == StepKind.COMPENSATION:
            currency = _CURRENCY[ticket.response.language]
            amount = Decimal(self.random.choice((10, 15, 20, 25, 50, 75)) * (7 if currency == "DKK" else 1))
        actions.set_step(ticket_id=ticket.pk, step_id=step.pk, by=agent, amount=amount, currency=currency, at=at)

    def _resolve(self, ticket: Ticket, agent: User, outcome: Outcome, cause: str, at: datetime, note: str) -> None:
        self._move_clock(ticket.pk, at)
        root = self.causes.get(cause) or next(iter(self.causes.values()))
        actions.resolve(ticket_id=ticket.pk, by=agent, outcome=outcome, root_cause=root, note=note, at=at)

    def _move_clock(self, ticket_id: int, until: datetime) -> None:
        """What the sweep would have done by then, so that nothing is left for it to shout about now."""
        ticket = Ticket.objects.get(pk=ticket_id)
        if ticket.is_resolved:
            return
        if ticket.stage == Stage.ON_TIME and ticket.warn_at <= until:
            escalation.warn(ticket_id, ticket.warn_at)
            hush(ticket_id, ticket.warn_at)
        if ticket.deadline < until:
            at = ticket.deadline + timedelta(seconds=30)
            escalation.escalate(ticket_id, at)
            hush(ticket_id, at)


def hush(ticket_id: int, at: datetime) -> None:
    """Nothing of this leaves the house: the mails stay readable in the outbox, with the time of then."""
    about = [f"ticket:{ticket_id}", f"{TOLD_PREFIX}{ticket_id}"]
    Delivery.objects.filter(about__in=about, status=Status.QUEUED).update(
        status=Status.SUPPRESSED, queued_at=at, retry_at=at, sent_at=at, attempts=1
    )
