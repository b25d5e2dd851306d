"""Models of the followup app."""

from followup.models.activity import Activity, ActivityKind, ActivityText
from followup.models.attempt import Attempt, AttemptChannel, AttemptResult
from followup.models.calendar import Absence, Calendar, CalendarDay, TeamFollowUp, WorkShare
from followup.models.cause import RootCause
from followup.models.desk import DigestItem, Presence, SavedView
from followup.models.notice import Notice, NoticeKind
from followup.models.pause import Pause, PauseKind
from followup.models.playbook import (
    ClockRuns,
    ContactBy,
    EscalateTo,
    EscalationLevel,
    FollowUpSettings,
    Play,
    Playbook,
    PlaybookVersion,
    PlayStep,
    Priority,
    StepKind,
    SurveyFollowUp,
)
from followup.models.promise import Promise, PromiseState, Reminder
from followup.models.promise_tally import PromiseChange, PromiseCounts, PromiseTally
from followup.models.routing import RouteTo, RoutingRule
from followup.models.ticket import (
    OPEN_STATUSES,
    CustomerSaid,
    Outcome,
    Stage,
    Step,
    Ticket,
    TicketStatus,
)

__all__ = [
    "OPEN_STATUSES",
    "Absence",
    "Activity",
    "ActivityKind",
    "ActivityText",
    "Attempt",
    "AttemptChannel",
    "AttemptResult",
    "Calendar",
    "CalendarDay",
    "ClockRuns",
    "ContactBy",
    "CustomerSaid",
    "DigestItem",
    "EscalateTo",
    "EscalationLevel",
    "FollowUpSettings",
    "Notice",
    "NoticeKind",
    "Outcome",
    "Pause",
    "PauseKind",
    "Play",
    "PlayStep",
    "Playbook",
    "PlaybookVersion",
    "Presence",
    "Priority",
    "Promise",
    "PromiseChange",
    "PromiseCounts",
    "PromiseState",
    "PromiseTally",
    "Reminder",
    "RootCause",
    "RouteTo",
    "RoutingRule",
    "SavedView",
    "Stage",
    "Step",
    "StepKind",
    "SurveyFollowUp",
    "TeamFollowUp",
    "Ticket",
    "TicketStatus",
    "WorkShare",
]
