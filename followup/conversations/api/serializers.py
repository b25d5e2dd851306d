"""Shapes of the API of the conversation."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from followup.conversations.models import Attachment, Message
from followup.conversations.writing.services import SUBJECT_LENGTH, TEXT_LENGTH
from nps_project.api.serializers import StrictModelSerializer, StrictSerializer, TimeField


class AttachmentSerializer(StrictModelSerializer):
    """A file of a message; `size` in bytes."""

    class Meta:
        model = Attachment
        fields = ["id", "name", "size"]
        read_only_fields = fields


class MessageSerializer(StrictModelSerializer):
    """A message: a mail, or what the customer wrote on their page. `at`: when it was written here, or came in."""

    to = serializers.CharField(source="to_address", read_only=True)
    attachments = AttachmentSerializer(many=True, read_only=True)
    sender_check = serializers.CharField(
        read_only=True, help_text="passed, failed or unchecked of a mail that came in; else empty"
    )

    class Meta:
        model = Message
        fields = [
            "id", "ticket", "direction", "to", "subject", "text", "status", "at", "send_at", "sent_at", "author",
            "channel", "language", "is_automatic", "is_accepted", "sender_check", "attachments",
        ]  # fmt: skip
        read_only_fields = fields

    def get_fields(self) -> Any:
        """With `from`, which is no name in Python."""
        found = super().get_fields()
        return {"id": found.pop("id"), "from": serializers.CharField(source="from_address", read_only=True), **found}


@extend_schema_serializer(component_name="WriteMessage")
class WriteMessage(StrictSerializer):
    """A mail to the customer. Fields such as {name} are filled in; one without a value is refused."""

    text = serializers.CharField(max_length=TEXT_LENGTH)
    subject = serializers.CharField(max_length=SUBJECT_LENGTH)
    send_at = TimeField(required=False, allow_null=True)


class TakeBack(StrictSerializer):
    """take-back: nothing to say."""
