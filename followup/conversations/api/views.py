"""REST API of the conversation: lists messages, writes one, takes one back."""

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response as ApiResponse

from followup.conversations.api.deciding import DecidingMixin
from followup.conversations.api.serializers import MessageSerializer, TakeBack, WriteMessage
from followup.conversations.incoming import seen_by
from followup.conversations.models import Message
from followup.conversations.writing import services
from followup.conversations.writing.services import Draft
from followup.models import Ticket
from nps_project.api.filters import IdFilter
from nps_project.api.views import ApiView


class MessageFilter(filters.FilterSet):
    """?ticket="""

    ticket = IdFilter(field_name="ticket_id")

    class Meta:
        model = Message
        fields = ["ticket"]


class MessageViewSet(
    DecidingMixin, ApiView, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Message]
):
    """Messages of the tickets that the caller may see, and mails without one, the newest first."""

    serializer_class = MessageSerializer
    filterset_class = MessageFilter
    lookup_value_regex = "[0-9]{1,18}"
    queryset = Message.objects.none()

    def get_queryset(self) -> QuerySet[Message]:
        return seen_by.visible(self.caller).prefetch_related("attachments")

    @extend_schema(request=TakeBack, responses={200: MessageSerializer})
    @action(detail=True, methods=["post"], filterset_class=None, url_path="take-back")
    def take_back(self, request: Request, pk: str) -> ApiResponse:
        """Take a mail back that has not left."""
        message = self.get_object()
        TakeBack(data=request.data).is_valid(raise_exception=True)
        if message.direction != "out":
            raise NotFound
        services.take_back(message_id=message.pk, by=self.caller)
        return ApiResponse(self.get_serializer(self.get_queryset().get(pk=message.pk)).data)


class TicketMessagesView(ApiView):
    """The mails that are written on a ticket."""

    @extend_schema(request=WriteMessage, responses={201: MessageSerializer})
    def post(self, request: Request, pk: str) -> ApiResponse:
        """Write a mail to the ticket's customer; it leaves ten seconds later, or at `send_at`."""
        ticket_id = int(pk)
        if not Ticket.objects.visible_to(self.caller).filter(pk=ticket_id).exists():
            raise NotFound
        form = WriteMessage(data=request.data)
        form.is_valid(raise_exception=True)
        data: dict[str, Any] = dict(form.validated_data)
        draft = Draft(data["subject"], data["text"], data.get("send_at"))
        message = services.write(ticket_id=ticket_id, by=self.caller, draft=draft)
        return ApiResponse(MessageSerializer(message).data, status=status.HTTP_201_CREATED)
