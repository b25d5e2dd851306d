"""The follow-up of one answer, and its steps."""

import uuid
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from followup import deadlines
from followup.models.playbook import Priority, StepKind
from nps_project.accounts.models import Role, Team, User
from nps_project.common.text import in_language
from surveys.scoring import GROUPS, HIGHEST_DETRACTOR, group_of


class TicketStatus(models.TextChoices):
    """How far the follow-up has come."""

    OPEN = "open", _("Open")
    CONTACTED = "contacted", _("Contacted")
    WAITING = "waiting", _("Waiting")
    RESOLVED = "resolved", _("Resolved")


OPEN_STATUSES = (TicketStatus.OPEN, TicketStatus.CONTACTED, TicketStatus.WAITING)


class Outcome(models.TextChoices):
    """How the follow-up ended."""

    RECOVERED = "recovered", _("Recovered")
    KEPT = "kept", _("Stayed")
    LOST = "lost", _("Lost")
    UNREACHABLE = "unreachable", _("Unreachable")
    NO_ACTION = "no_action", _("No action needed")


class CustomerSaid(models.TextChoices):
    """What the customer says of it on their own page."""

    FIXED = "fixed", _("Fixed")
    NOT_FIXED = "not_fixed", _("Not fixed")


class Stage(models.IntegerChoices):
    """Where a ticket stands in the queue. The statement that claims a warning or an escalation moves it."""

    OVERDUE = 0, _("Overdue")
    DUE_SOON = 1, _("Due soon")
    ON_TIME = 2, _("On time")
    NO_CLOCK = 3, _("Contacted, or without a clock")
    WAITING = 4, _("Waiting")


NO_DEADLINE = datetime(9999, 1, 1, tzinfo=UTC)
QUEUE_ORDER = ("stage", "score", "value_rank", "deadline", "id")
ORDERS: dict[str, tuple[str, ...]] = {  # each ends in the id: no two tickets share a place
    "queue": QUEUE_ORDER,
    "value": ("value_rank", "id"),
    "score": ("score", "deadline", "id"),
    "newest": ("-id",),
    "oldest": ("id",),
}


CLOCK_STATES = ("next_overdue", "solve_overdue")


class TicketQuerySet(models.QuerySet["Ticket"]):
    """Tickets by who may see them, and by the state of their clocks. Stored times decide, never the stored stage."""

    def visible_to(self, user: User) -> Self:
        """All tickets for who sees all teams; else those of one's own teams, and one's own."""
        limit = user.survey_limit_id()
        rows = self.filter(survey=limit) if limit is not None else self
        if user.sees_all_teams:
            return rows
        return rows.filter(Q(team__in=user.teams.all()) | Q(owner=user))

    def mine(self, user: User, covered: Collection[int]) -> Self:
        """One's own tickets, and those of the people, by id, for whom one stands in."""
        return self.filter(owner__in=[user.pk, *covered]) if covered else self.filter(owner=user)

    def nobodys(self, gone: Collection[int]) -> Self:
        """Tickets without an owner, or whose owner, by id, was switched off."""
        return self.filter(Q(owner=None) | Q(owner__in=gone)) if gone else self.filter(owner=None)

    def of_detractors(self) -> Self:
        """Tickets of detractors; passives and promoters have lanes of their own."""
        return self.filter(score__lte=HIGHEST_DETRACTOR)

    def of_real_answers(self) -> Self:
        """Tickets whose answer was not discarded. Those of discarded ones count neither as kept nor as broken."""
        return self.filter(discarded_at=None)

    def unresolved(self) -> Self:
        return self.filter(resolved_at=None)

    def uncontacted(self) -> Self:
        """Unresolved tickets whose first-contact clock still runs."""
        rows = self.of_real_answers()
        return rows.filter(resolved_at=None, first_contact_at=None, first_contact_due_at__isnull=False)

    def overdue(self, at: datetime) -> Self:
        return self.uncontacted().filter(first_contact_due_at__lt=at)

    def due_soon(self, at: datetime) -> Self:
        return self._not_yet_due(at).filter(_warned_at__lte=at)

    def on_time(self, at: datetime) -> Self:
        return self._not_yet_due(at).filter(_warned_at__gt=at)

    def _not_yet_due(self, at: datetime) -> Self:
        """With the warning of the first contact's own clock; a row of an earlier release has that of any clock."""
        rows = self.uncontacted().filter(first_contact_due_at__gte=at)
        return rows.alias(_warned_at=Coalesce("first_contact_warn_at", "warn_at"))

    def met(self) -> Self:
        return self.of_real_answers().filter(first_contact_at__lte=F("first_contact_due_at"))

    def missed(self) -> Self:
        """Tickets with a first-contact clock that were contacted too late, or resolved without a contact."""
        late = Q(first_contact_at__gt=F("first_contact_due_at"))
        return (
            self.of_real_answers()
            .filter(late | Q(first_contact_at=None, resolved_at__isnull=False, first_contact_due_at__isnull=False))
            .exclude(first_contact_at=None, outcome=Outcome.NO_ACTION)
        )

    def in_due_state(self, state: str, at: datetime) -> Self:
        """Tickets in one of deadlines.DUE_STATES, or in one of CLOCK_STATES, of the other clocks. Raises: KeyError."""
        states: dict[str, Callable[[], Self]] = {
            deadlines.ON_TIME: lambda: self.on_time(at),
            deadlines.DUE_SOON: lambda: self.due_soon(at),
            deadlines.OVERDUE: lambda: self.overdue(at),
            deadlines.MET: self.met,
            deadlines.MISSED: self.missed,
            "next_overdue": lambda: self.unresolved().filter(next_contact_due_at__lt=at),
            "solve_overdue": lambda: self.unresolved().filter(solve_due_at__lt=at),
        }
        return states[state]()

    def in_order(self, order: str, *, of_one_owner: bool = False) -> Self:
        """The tickets in one of ORDERS. Raises: KeyError.

        `of_one_owner`: all have the same, or none. Told so, the database walks the index by owner: it does not know
        that "is null" is one value, and would walk past everybody's tickets to find nobody's.
        """
        return self.order_by(*(["owner_id"] if of_one_owner else []), *ORDERS[order])


class Ticket(models.Model):
    """The follow-up that one answer calls for; unresolved while resolved_at is null."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    response = models.OneToOneField("surveys.Response", models.PROTECT, related_name="ticket")
    survey = models.ForeignKey("surveys.Survey", models.PROTECT, related_name="+")
    play = models.ForeignKey("followup.Play", models.PROTECT, related_name="tickets")
    score = models.SmallIntegerField(_("score"))  # of the play in force: the worst that was answered
    answer_score = models.SmallIntegerField()  # of the answer as it was last looked at
    last_seen_change = models.BigIntegerField(null=True, blank=True)  # the id of the answer's change, then
    priority = models.CharField(_("priority"), max_length=8, choices=Priority.choices)
    status = models.CharField(_("status"), max_length=9, choices=TicketStatus.choices, default=TicketStatus.OPEN)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="tickets", verbose_name=_("owner")
    )
    team = models.ForeignKey(
        "accounts.Team", models.PROTECT, null=True, blank=True, related_name="tickets", verbose_name=_("team")
    )
    opened_at = models.DateTimeField(_("opened"))
    is_by_hand = models.BooleanField(default=False)
    can_be_reached = models.BooleanField(default=True)
    # The first-contact clock: null without hours, or where nobody can be reached.
    clock_from = models.DateTimeField()
    first_contact_due_at = models.DateTimeField(_("first contact due"), null=True, blank=True)
    first_contact_warn_at = models.DateTimeField(null=True, blank=True)  # when that turns due soon
    first_contact_at = models.DateTimeField(_("first contact"), null=True, blank=True)
    # The next-reply target: what was promised or asked for after the first contact.
    next_contact_due_at = models.DateTimeField(_("next contact due"), null=True, blank=True)
    # The resolution target.
    solve_due_at = models.DateTimeField(_("solved by"), null=True, blank=True)
    # The calendar that its clocks run on, where the play says so; and how each deadline came about, in codes.
    calendar = models.ForeignKey("followup.Calendar", models.SET_NULL, null=True, blank=True, related_name="+")
    clock_notes = models.JSONField(default=dict, blank=True)
    waiting_until = models.DateTimeField(_("waiting until"), null=True, blank=True)
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=11, choices=Outcome.choices, null=True, blank=True)  # noqa: DJ001
    root_cause = models.ForeignKey(
        "followup.RootCause",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tickets",
        verbose_name=_("root cause"),
    )
    improved_at = models.DateTimeField(null=True, blank=True)  # the customer changed the answer to a better one
    # Asking again: due then, only once and while resolved; done then; the score that the customer gave after it.
    ask_again_at = models.DateTimeField(null=True, blank=True)
    asked_again_at = models.DateTimeField(_("asked again"), null=True, blank=True)
    score_after = models.SmallIntegerField(_("score afterwards"), null=True, blank=True)
    customer_said = models.CharField(max_length=9, choices=CustomerSaid.choices, null=True, blank=True)  # noqa: DJ001
    discarded_at = models.DateTimeField(null=True, blank=True)  # the answer was discarded after the ticket opened
    # The place in the queue: ascending, not null, in this order, with the id last.
    stage = models.SmallIntegerField(choices=Stage.choices)
    value_rank = models.DecimalField(max_digits=14, decimal_places=2, default=0)  # the customer's value, negated
    deadline = models.DateTimeField(default=NO_DEADLINE)  # of the clock that runs now; NO_DEADLINE without one
    warn_at = models.DateTimeField(default=NO_DEADLINE)  # when that clock turns due soon
    # The levels after the deadline: how many were told, and when the next is due.
    escalation_level = models.PositiveSmallIntegerField(default=0)
    escalate_at = models.DateTimeField(default=NO_DEADLINE)
    routed_by = models.ForeignKey("followup.RoutingRule", models.SET_NULL, null=True, blank=True, related_name="+")
    tags = ArrayField(models.CharField(max_length=40), verbose_name=_("tags"), default=list, blank=True)
    # The chain of its history.
    history_head = models.CharField(max_length=64, blank=True)
    history_count = models.PositiveIntegerField(default=0)

    objects = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        constraints = [
            models.CheckConstraint(condition=Q(score__range=(0, 10)), name="ticket_score_range"),
            models.CheckConstraint(condition=Q(status__in=TicketStatus.values), name="ticket_status_known"),
            models.CheckConstraint(
                condition=Q(outcome=None) | Q(outcome__in=Outcome.values), name="ticket_outcome_known"
            ),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="ticket_stage_known"),
            models.CheckConstraint(
                condition=Q(status=TicketStatus.RESOLVED, resolved_at__isnull=False, outcome__isnull=False)
                | (~Q(status=TicketStatus.RESOLVED) & Q(resolved_at=None, outcome=None)),
                name="ticket_resolved_with_outcome",
            ),
            models.CheckConstraint(
                condition=Q(score_after=None) | Q(score_after__range=(0, 10)), name="ticket_score_after_range"
            ),
            models.CheckConstraint(
                condition=Q(customer_said=None) | Q(customer_said__in=CustomerSaid.values), name="ticket_said_known"
            ),
        ]
        indexes = [
            # /desk/: the queue of everybody, of one owner, of one team.
            models.Index(fields=QUEUE_ORDER, condition=Q(resolved_at=None), name="ticket_queue"),
            models.Index(fields=["owner", *QUEUE_ORDER], condition=Q(resolved_at=None), name="ticket_queue_owner"),
            models.Index(fields=["team", *QUEUE_ORDER], condition=Q(resolved_at=None), name="ticket_queue_team"),
            # The sweeps: what turns due soon or overdue next; the desk's counts of both.
            models.Index(fields=["warn_at"], condition=Q(stage=Stage.ON_TIME, resolved_at=None), name="ticket_warn"),
            models.Index(
                fields=["deadline"],
                condition=Q(stage__in=[Stage.DUE_SOON, Stage.ON_TIME], resolved_at=None),
                name="ticket_deadline",
            ),
            models.Index(
                fields=["first_contact_due_at"],
                condition=Q(resolved_at=None, first_contact_at=None),
                name="ticket_due",
            ),
            models.Index(fields=["waiting_until"], condition=Q(status="waiting"), name="ticket_waiting"),
            # /desk/?view=waiting
            models.Index(fields=QUEUE_ORDER, condition=Q(status="waiting"), name="ticket_queue_waiting"),
            models.Index(
                fields=["escalate_at"],
                condition=Q(resolved_at=None, escalate_at__lt=NO_DEADLINE),
                name="ticket_escalate",
            ),
            # What a rule sent to a team in which nobody had room.
            models.Index(
                fields=["team", *QUEUE_ORDER],
                condition=Q(routed_by__isnull=False, owner=None, resolved_at=None),
                name="ticket_to_give_out",
            ),
            models.Index(fields=["ask_again_at"], condition=Q(ask_again_at__isnull=False), name="ticket_to_ask_again"),
            GinIndex(fields=["tags"], name="ticket_tags"),
            # /desk/?sort=value and ?sort=score, resolved ones too
            models.Index(fields=ORDERS["value"], name="ticket_by_value"),
            models.Index(fields=ORDERS["score"], name="ticket_by_score"),
            # /desk/?view=due_today
            models.Index(
                fields=["deadline"], condition=Q(resolved_at=None, deadline__lt=NO_DEADLINE), name="ticket_any_deadline"
            ),
            # The detractors of a period, and how their promises ended, which is read from here alone.
            models.Index(
                fields=["clock_from"],
                condition=Q(score__lte=6, discarded_at=None),
                include=["first_contact_at", "first_contact_due_at", "resolved_at", "outcome"],
                name="ticket_promises",
            ),
            # /insights/wall/: what was resolved in a period.
            models.Index(
                fields=["resolved_at"],
                condition=Q(discarded_at=None, resolved_at__isnull=False),
                include=["score", "outcome"],
                name="ticket_resolved",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.score}"

    def seen_by(self) -> Q:
        """The users who may see the ticket, as a filter: the reverse of `visible_to`, for people."""
        sees = Q(all_teams=True) | Q(role=Role.ADMIN) | Q(pk=self.owner_id)
        if self.team_id is None:
            return sees
        return sees | Q(pk__in=Team.members.through.objects.filter(team_id=self.team_id).values("user_id"))

    @property
    def is_resolved(self) -> bool:
        return self.status == TicketStatus.RESOLVED

    @property
    def recovered(self) -> bool | None:
        """Whether the customer is in a better group than before; None without a second score."""
        if self.score_after is None:
            return None
        return GROUPS.index(group_of(self.score_after)) > GROUPS.index(group_of(self.score))

    def due_state(self, at: datetime) -> str | None:
        """The state of the first-contact clock at a time; None without one, and when no action was needed."""
        if self.discarded_at is not None:
            return None
        if self.outcome == Outcome.NO_ACTION and self.first_contact_at is None:
            return None
        return deadlines.due_state(
            at=at,
            due_at=self.first_contact_due_at,
            warn_at=self.first_contact_warn_at or self.warn_at,
            contacted_at=self.first_contact_at,
            resolved_at=self.resolved_at,
        )

    def stage_at(self, at: datetime) -> Stage:
        """The stage that fits the clock which runs at a time."""
        if at > self.deadline:
            return Stage.OVERDUE
        if at >= self.warn_at:
            return Stage.DUE_SOON
        if self.deadline < NO_DEADLINE:
            return Stage.ON_TIME
        return Stage.WAITING if self.status == TicketStatus.WAITING else Stage.NO_CLOCK


class Step(models.Model):
    """One step on a ticket, with the text that the play had then; a person ticks it off, or the product itself."""

    ticket = models.ForeignKey(
        Ticket, models.PROTECT, related_name="steps", db_index=False
    )  # step_position_once is one
    play_score = models.SmallIntegerField()
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=16, choices=StepKind.choices)
    texts = models.JSONField(default=dict)  # by language
    is_required = models.BooleanField(default=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )  # null on a done step: the product did it
    amount = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["ticket", "position"], name="step_position_once")]
        indexes = [
            # What was given: /insights/risk/, /insights/causes/ and the desk's filter. Only steps with a sum are in it.
            models.Index(fields=["ticket"], condition=Q(amount__isnull=False), name="step_with_sum"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.kind}"

    def text(self, language: str | None = None) -> str:
        return in_language(self.texts, language)
