"""Serializers of the API of surveys."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.forms import IntegerField
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from nps_project.api.filters import BLANK
from nps_project.api.serializers import ExpandMixin, IdField, StrictModelSerializer, StrictSerializer, TimeField
from surveys.api.contact_serializers import ContactSerializer, PhoneField, TraitsField
from surveys.api.filters import ResponseFilter
from surveys.models import Answer, BulkDecision, Channel, Contact, DecisionKind, EvidenceWhy, Response, Survey
from surveys.models.decision import REASON_MAX_LENGTH
from surveys.models.response import COMMENT_MAX_LENGTH
from surveys.scoring import HIGHEST, LOWEST

LANGUAGES = settings.LANGUAGES
SCORE_ALLOWED = f"A whole number from {LOWEST} to {HIGHEST} is allowed."
SLUG_VALIDATORS = list(Survey._meta.get_field("slug").validators)


def visible_surveys(serializer: serializers.Field[Any, Any, Any, Any]) -> Any:
    """The surveys that the caller may name."""
    caller = serializer.context.get("caller")
    return Survey.objects.visible_to(caller) if caller else Survey.objects.none()


class VisibleSurveyField(serializers.SlugRelatedField[Survey]):
    """A survey by its slug, among those the caller may see."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="slug", queryset=Survey.objects.all(), **kwargs)

    def get_queryset(self) -> Any:
        return visible_surveys(self)


class SurveySerializer(StrictModelSerializer):
    """The first six fields are a complete POST."""

    languages = serializers.ListField(
        child=serializers.ChoiceField(choices=LANGUAGES), min_length=1, max_length=20, required=False
    )
    url = serializers.SerializerMethodField()

    class Meta:
        model = Survey
        fields = ["slug", "name", "brand", "status", "default_language", "languages", "closes_at", "url", "created_at"]
        read_only_fields = ["created_at"]
        extra_kwargs = {"slug": {"validators": SLUG_VALIDATORS}}  # whether it is taken, the service says

    def get_url(self, survey: Survey) -> str:
        """The public link."""
        return f"{settings.SITE_URL}/s/{survey.slug}/"

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        default = attrs.get("default_language", getattr(self.instance, "default_language", "en"))
        languages = attrs.get("languages", getattr(self.instance, "languages", None))
        if languages is None:
            attrs["languages"] = languages = [default]
        if default not in languages:
            raise serializers.ValidationError(
                {"default_language": f"One of the survey's languages is allowed: {', '.join(languages)}."}
            )
        attrs["languages"] = list(dict.fromkeys(languages))
        return attrs


def check_contact_or_email(attrs: dict[str, Any], *, required: bool) -> None:
    """Raises: ValidationError when both or (where one is required) neither are given."""
    if "contact" in attrs and "email" in attrs:
        raise serializers.ValidationError({"email": "Either contact or email is allowed."})
    if required and "contact" not in attrs and "email" not in attrs:
        raise serializers.ValidationError({"contact": "A contact's id, or email in its place, is needed."})


class SaidSerializer(serializers.Serializer[Any]):
    """A score with its words that does not count."""

    score = serializers.IntegerField()
    comment = serializers.CharField()
    at = serializers.DateTimeField(read_only=True)


class EvidenceSerializer(serializers.Serializer[Any]):
    """Why an answer waits, or waited, for a person's decision, and what tells so (surveys/services/evidence.py)."""

    why = serializers.ChoiceField(choices=EvidenceWhy.choices)
    signs = serializers.ListField(child=serializers.CharField(), required=False)
    links = serializers.ListField(child=serializers.CharField(), required=False)
    replaced = SaidSerializer(many=True, required=False)
    set_aside = SaidSerializer(many=True, required=False)


class ResponseSerializer(ExpandMixin, StrictModelSerializer):
    """An answer, as it is shown."""

    survey = serializers.SlugRelatedField[Survey](slug_field="slug", read_only=True)
    group = serializers.ChoiceField(choices=["detractor", "passive", "promoter"], read_only=True)
    contact_email = serializers.CharField(read_only=True)  # as typed; empty when it was not
    answers = serializers.SerializerMethodField()
    evidence = EvidenceSerializer(read_only=True, allow_null=True)
    doubtful = serializers.BooleanField(source="is_doubtful", read_only=True)
    expandable = {"survey": SurveySerializer, "contact": ContactSerializer}

    class Meta:
        model = Response
        fields = [
            "id", "survey", "score", "group", "comment", "contact", "contact_name", "contact_email", "contact_phone",
            "language", "channel", "answered_at", "changed_at", "state", "evidence", "doubtful",
            "traits", "answers", "follows",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field({"type": "object", "additionalProperties": {"type": "string"}})
    def get_answers(self, response: Response) -> dict[str, str]:
        """The id of each extra question with what was answered."""
        answers: list[Answer] = list(response.answers.all())
        return {str(answer.question_id): answer.value for answer in answers}


class Discard(StrictSerializer):
    """discard: why."""

    reason = serializers.CharField(max_length=REASON_MAX_LENGTH)


class Nothing(StrictSerializer):
    """An action that needs nothing."""


def _schema_of_filter(one: Any) -> dict[str, Any]:
    if "choices" not in one.extra:
        return {"type": "integer", "minimum": 1} if one.field_class is IntegerField else {"type": "string"}
    values = [value for value, _label in one.extra["choices"]]
    return {"enum": [*values, *([True, False] if "true" in values else [])]}


@extend_schema_field(
    {
        "type": "object",
        "minProperties": 1,
        "properties": {name: _schema_of_filter(one) for name, one in ResponseFilter.base_filters.items()},
        "additionalProperties": False,
    }
)
class WhichAnswersField(serializers.Field[Any, Any, Any, Any]):
    """The answers to decide about: the filters of responses/ as an object, at least one of them."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """The filters as services/answer_filter.py takes them. Raises: ValidationError."""
        names = ", ".join(sorted(ResponseFilter.base_filters))
        if not isinstance(data, dict) or not data:
            raise serializers.ValidationError(f"An object with at least one filter is allowed: {names}.")
        unknown = [str(name)[:100] for name in data if name not in ResponseFilter.base_filters]
        if unknown:
            raise serializers.ValidationError({name: [f"Unknown filter. Allowed: {names}."] for name in unknown})
        for name, value in data.items():
            if isinstance(value, str) and not value.strip():
                raise serializers.ValidationError({name: [BLANK]})
            if not isinstance(value, str | int):
                raise serializers.ValidationError({name: ["Words, a whole number, true or false are allowed."]})
        texts = {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in data.items()}
        asked = ResponseFilter(texts, Response.objects.none())
        if not asked.is_valid():
            raise serializers.ValidationError({name: list(faults) for name, faults in asked.errors.items()})
        chosen = asked.chosen()
        if "survey" in chosen and not visible_surveys(self).filter(slug=chosen["survey"]).exists():
            raise serializers.ValidationError({"survey": ["The slug of a survey that this key may see is allowed."]})
        answers = Response.objects.filter(survey__in=visible_surveys(self))
        if "same_source" in chosen and not answers.filter(pk=chosen["same_source"]).exists():
            raise serializers.ValidationError(
                {"same_source": ["The id of an answer that this key may see is allowed."]}
            )
        return chosen


class NewBulkDecisionSerializer(StrictSerializer):
    """What is decided, about which answers, and why."""

    kind = serializers.ChoiceField(choices=DecisionKind.choices)
    filter = WhichAnswersField()
    reason = serializers.CharField(max_length=REASON_MAX_LENGTH, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "reason" in attrs and attrs["kind"] != DecisionKind.DISCARDED:
            raise serializers.ValidationError({"reason": ["A reason goes with discarded only."]})
        return attrs


class BulkDecisionSerializer(StrictModelSerializer):
    """How far a decision about many answers is, and what came of it; an undo has no filter, and says what it undoes."""

    filter = serializers.DictField(source="chosen", read_only=True)
    undone_by = serializers.SerializerMethodField()

    class Meta:
        model = BulkDecision
        fields = [
            "id", "kind", "filter", "reason", "state", "total", "done", "left", "failed",
            "by", "asked_at", "finished_at", "undoes", "undone_by",
        ]  # fmt: skip
        read_only_fields = fields

    def get_undone_by(self, bulk: BulkDecision) -> int | None:
        """The decision that takes this one back."""
        undo: BulkDecision | None = getattr(bulk, "undone_by", None)
        return undo.pk if undo else None


class NewResponseSerializer(StrictSerializer):
    """An answer, as a program gives it."""

    survey = VisibleSurveyField()
    score = serializers.IntegerField(
        min_value=LOWEST,
        max_value=HIGHEST,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value", "max_string_length"), SCORE_ALLOWED),
    )
    comment = serializers.CharField(
        max_length=COMMENT_MAX_LENGTH, required=False, allow_blank=True, default="", trim_whitespace=False
    )
    contact = IdField(queryset=Contact.objects.filter(erased_at=None), required=False)
    email = serializers.EmailField(max_length=254, required=False)
    name = serializers.CharField(max_length=200, required=False, allow_blank=True)
    phone = PhoneField(required=False, allow_blank=True)
    language = serializers.ChoiceField(choices=LANGUAGES, required=False)
    answered_at = TimeField(required=False)
    traits = TraitsField(required=False)
    answers = serializers.DictField(child=serializers.CharField(max_length=2000), required=False)
    channel = serializers.ChoiceField(choices=[Channel.API.value, Channel.PHONE.value], required=False)
    follows = IdField(queryset=Response.objects.all(), required=False)

    def validate_score(self, value: int) -> int:
        if isinstance(self.initial_data.get("score"), bool):
            raise serializers.ValidationError(SCORE_ALLOWED)
        return value

    def validate_answered_at(self, value: Any) -> Any:
        if value > timezone.now() + timedelta(minutes=5):
            raise serializers.ValidationError("A time that is not in the future is allowed.")
        if value.year < 2000:
            raise serializers.ValidationError("A time since the year 2000 is allowed.")
        return min(value, timezone.now())

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        check_contact_or_email(attrs, required=False)
        if "contact" in attrs and "name" in attrs:
            raise serializers.ValidationError({"name": "name goes with email or phone, in place of contact."})
        if attrs.get("channel") == Channel.PHONE and not {"contact", "email"} & set(attrs):
            raise serializers.ValidationError({"contact": "A contact's id, or email, says with whom the call was."})
        survey = attrs["survey"]
        if attrs.get("language", survey.default_language) not in survey.languages:
            raise serializers.ValidationError(
                {"language": f"One of the survey's languages is allowed: {', '.join(survey.languages)}."}
            )
        asked = {str(pk) for pk in survey.questions.values_list("pk", flat=True)} if attrs.get("answers") else set()
        for key in attrs.get("answers", {}):
            if key not in asked:
                raise serializers.ValidationError(
                    {
                        "answers": {
                            key: f"The id of a question of this survey is allowed: {', '.join(sorted(asked)) or '–'}."
                        }
                    }
                )
        return attrs


class NpsSerializer(serializers.Serializer[Any]):
    """The Net Promoter Score with its counts and 95 % interval; null without answers."""

    responses = serializers.IntegerField()
    promoters = serializers.IntegerField()
    passives = serializers.IntegerField()
    detractors = serializers.IntegerField()
    nps = serializers.FloatField(allow_null=True)
    nps_low = serializers.FloatField(allow_null=True)
    nps_high = serializers.FloatField(allow_null=True)
