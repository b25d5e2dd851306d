"""Admin pages with the raw records of surveys, contacts and answers; read-only."""

from django.contrib import admin

from nps_project.web.read_only_admin import ReadOnlyAdmin
from surveys.models import (
    Answer,
    BulkDecision,
    Contact,
    Decision,
    Invitation,
    Question,
    Response,
    ResponseChange,
    Survey,
    SurveyTexts,
)


@admin.register(Survey)
class SurveyAdmin(ReadOnlyAdmin):
    """Surveys."""

    list_display = ("slug", "name", "brand", "status", "default_language", "team", "closes_at")
    list_filter = ("status",)
    list_select_related = ("team",)


@admin.register(SurveyTexts)
class SurveyTextsAdmin(ReadOnlyAdmin):
    """Every version of the texts."""

    list_display = ("survey", "language", "version", "question", "created_at", "created_by")
    list_filter = ("language",)
    list_select_related = ("survey", "created_by")


@admin.register(Question)
class QuestionAdmin(ReadOnlyAdmin):
    """Extra questions."""

    list_display = ("survey", "position", "kind", "__str__", "is_active")
    list_display_links = ("__str__",)
    list_select_related = ("survey",)


@admin.register(Contact)
class ContactAdmin(ReadOnlyAdmin):
    """Customers."""

    list_display = ("id", "name", "email", "phone", "language", "external_id", "account_manager", "value", "survey")
    list_filter = ("language",)
    list_select_related = ("survey",)
    search_fields = ("name", "email", "external_id")
    ordering = ("-pk",)


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    """Personal links; the token is not shown."""

    list_display = ("id", "survey", "contact", "status", "send_at", "created_at", "answered_at")
    list_filter = ("status",)
    list_select_related = ("survey", "contact")
    raw_id_fields = ("follows",)
    ordering = ("-pk",)


@admin.register(Response)
class ResponseAdmin(ReadOnlyAdmin):
    """Answers."""

    list_display = ("id", "survey", "score", "group", "language", "channel", "state", "answered_at")
    list_filter = ("state", "channel", "language", "is_imported", "score")
    list_select_related = ("survey",)
    exclude = ("search_vector",)
    ordering = ("-pk",)


@admin.register(ResponseChange)
class ResponseChangeAdmin(ReadOnlyAdmin):
    """Earlier versions of changed answers."""

    list_display = ("response", "at", "old_score", "new_score")
    list_select_related = ("response",)
    ordering = ("-pk",)


@admin.register(Answer)
class AnswerAdmin(ReadOnlyAdmin):
    """Answers to extra questions."""

    list_display = ("response", "question", "value")
    list_select_related = ("response", "question")
    ordering = ("-pk",)


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    """What people decided about answers."""

    list_display = ("response", "at", "kind", "before", "by", "reason")
    list_filter = ("kind",)
    list_select_related = ("response", "by")
    ordering = ("-pk",)


@admin.register(BulkDecision)
class BulkDecisionAdmin(ReadOnlyAdmin):
    """What people decided about many answers at once."""

    list_display = ("id", "asked_at", "kind", "by", "reason", "state", "total", "done", "left", "failed")
    list_filter = ("kind", "state")
    list_select_related = ("by",)
