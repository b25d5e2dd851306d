"""REST API of what is kept of a contact, for keys of scope admin: everything, and erasing."""

from typing import Any

from django.http import StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound, PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response as ApiResponse

from nps_project.accounts.models import Role
from nps_project.api.serializers import StrictSerializer
from nps_project.api.views import ApiView
from nps_project.privacy import erasing, giving, registry
from nps_project.privacy.models import Erasure, Kind, Why
from nps_project.privacy.registry import Subject


class _OfContact(ApiView):
    """For keys of scope admin that are not limited to one survey."""

    write_role = Role.ADMIN

    def subject_of(self, pk: str) -> Subject:
        """Raises: PermissionDenied, NotFound."""
        if not self.caller.is_at_least(Role.ADMIN):
            raise PermissionDenied("The scope of this key does not allow it.")
        if self.caller.survey_limit_id() is not None:
            raise PermissionDenied("This key is limited to one survey.")
        subject = registry.find(Kind.CONTACT, int(pk))
        if subject is None:
            raise NotFound
        return subject


class KeptPartSerializer(serializers.Serializer[Any]):
    """Tables that belong together; a row has the columns of its table."""

    name = serializers.CharField()
    tables = serializers.DictField(child=serializers.ListField(child=serializers.DictField()))


class EverythingSerializer(serializers.Serializer[Any]):
    """Everything that is kept of one contact."""

    format = serializers.IntegerField()
    made_at = serializers.DateTimeField(read_only=True)
    of = serializers.ChoiceField(choices=Kind.choices)
    id = serializers.IntegerField()
    parts = KeptPartSerializer(many=True)


class EverythingView(_OfContact):
    """GET contacts/<id>/everything/"""

    @extend_schema(responses={200: EverythingSerializer})
    def get(self, request: Request, pk: str) -> StreamingHttpResponse:
        """Everything that is kept of a contact, as it is kept: docs/privacy.md says what is in it."""
        pieces = giving.as_json(self.subject_of(pk), at=timezone.now(), language="en")
        answer = StreamingHttpResponse(pieces, content_type="application/json")
        answer["Cache-Control"] = "private, no-store"
        return answer


class EraseSerializer(StrictSerializer):
    """`confirm`: the contact's name, address, number or phone, so that no slip of an id erases somebody else."""

    confirm = serializers.CharField(max_length=320)
    why = serializers.ChoiceField(choices=Why.choices, default=Why.ASKED)


class ErasureSerializer(serializers.ModelSerializer[Erasure]):
    """What was erased: by table, how many rows held something."""

    contact = serializers.IntegerField(source="row_id")
    counts = serializers.DictField(child=serializers.IntegerField())

    class Meta:
        model = Erasure
        fields = ["id", "contact", "at", "why", "counts"]
        read_only_fields = ["at"]


class EraseView(_OfContact):
    """POST contacts/<id>/erase/"""

    @extend_schema(request=EraseSerializer, responses={200: ErasureSerializer})
    def post(self, request: Request, pk: str) -> ApiResponse:
        """Erase a contact for good. One that was erased before gives the same answer again."""
        subject = self.subject_of(pk)
        form = EraseSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        confirm: str = form.validated_data["confirm"]
        if subject.erased_at is None and not subject.is_known_by(confirm):
            raise ValidationError({"confirm": ["Not the name, address, number or phone of this contact."]})
        done = erasing.erase(Kind.CONTACT, subject.row_id, by=self.caller, why=form.validated_data["why"])
        return ApiResponse(ErasureSerializer(done).data)
