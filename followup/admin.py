"""Raw records of follow-up in Django's admin, to be read only."""

from django.contrib import admin

from followup.models import (
    Activity,
    Attempt,
    FollowUpSettings,
    Play,
    Playbook,
    PlaybookVersion,
    PlayStep,
    RootCause,
    Step,
    SurveyFollowUp,
    Ticket,
)
from nps_project.web.read_only_admin import ReadOnlyAdmin


@admin.register(Ticket)
class TicketAdmin(ReadOnlyAdmin):
    """Tickets."""

    list_display = ("id", "survey", "score", "priority", "status", "owner", "team", "opened_at", "first_contact_due_at",
                    "first_contact_at", "outcome")  # fmt: skip
    list_filter = ("status", "outcome", "priority", "stage", "score")
    list_select_related = ("survey", "owner", "team")
    ordering = ("-pk",)


@admin.register(Step)
class StepAdmin(ReadOnlyAdmin):
    """Steps on tickets."""

    list_display = ("id", "ticket", "position", "kind", "is_required", "done_at", "done_by", "amount", "currency")
    list_filter = ("kind",)
    list_select_related = ("ticket", "done_by")
    ordering = ("-pk",)


@admin.register(Attempt)
class AttemptAdmin(ReadOnlyAdmin):
    """Calls, mails and visits."""

    list_display = ("id", "ticket", "by", "result", "channel", "at", "counts", "bounced_at")
    list_filter = ("result", "channel", "counts")
    list_select_related = ("ticket", "by")
    ordering = ("-pk",)


@admin.register(Activity)
class ActivityAdmin(ReadOnlyAdmin):
    """The history of tickets, with its chain."""

    list_display = ("ticket", "number", "kind", "actor", "at", "hash")
    list_display_links = ("number",)
    list_filter = ("kind",)
    list_select_related = ("ticket", "actor")
    ordering = ("-pk",)


@admin.register(Playbook)
class PlaybookAdmin(ReadOnlyAdmin):
    """Playbooks."""

    list_display = ("name", "is_default", "created_at")


@admin.register(PlaybookVersion)
class PlaybookVersionAdmin(ReadOnlyAdmin):
    """Versions of playbooks."""

    list_display = ("playbook", "number", "created_at", "created_by")
    list_select_related = ("playbook", "created_by")


@admin.register(Play)
class PlayAdmin(ReadOnlyAdmin):
    """Plays."""

    list_display = ("version", "score", "opens_ticket", "priority", "hours", "contact_by", "owner", "team")
    list_display_links = ("score",)
    list_select_related = ("version", "owner", "team")


@admin.register(PlayStep)
class PlayStepAdmin(ReadOnlyAdmin):
    """Steps of plays."""

    list_display = ("play", "position", "kind", "is_required")
    list_display_links = ("position",)
    list_select_related = ("play",)


@admin.register(RootCause)
class RootCauseAdmin(ReadOnlyAdmin):
    """Root causes."""

    list_display = ("slug", "name", "parent", "position", "is_active")
    list_select_related = ("parent",)


@admin.register(SurveyFollowUp)
class SurveyFollowUpAdmin(ReadOnlyAdmin):
    """Which playbook a survey chose."""

    list_display = ("survey", "playbook")
    list_select_related = ("survey", "playbook")


@admin.register(FollowUpSettings)
class FollowUpSettingsAdmin(ReadOnlyAdmin):
    """What holds for the whole installation."""

    list_display = ("id", "account_manager_domains")
