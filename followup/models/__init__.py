"""Models of the followup app."""

from followup.models.activity import Activity, ActivityKind, ActivityText
from followup.models.attempt import Attempt, AttemptChannel, AttemptResult
from followup.models.cause import RootCause
from followup.models.playbook import (
    ContactBy,
    FollowUpSettings,
    Play,
    Playbook,
    PlaybookVersion,
    PlayStep,
    Priority,
    StepKind,
    SurveyFollowUp,
)
from followup.models.ticket import OPEN_STATUSES, Outcome, Stage, Step, Ticket, TicketStatus

__all__ = [
    "OPEN_STATUSES",
    "Activity",
    "ActivityKind",
    "ActivityText",
    "Attempt",
    "AttemptChannel",
    "AttemptResult",
    "ContactBy",
    "FollowUpSettings",
    "Outcome",
    "Play",
    "PlayStep",
    "Playbook",
    "PlaybookVersion",
    "Priority",
    "RootCause",
    "Stage",
    "Step",
    "StepKind",
    "SurveyFollowUp",
    "Ticket",
    "TicketStatus",
]
