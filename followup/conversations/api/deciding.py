"""REST API: what a person decides about a mail that came in."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response as ApiResponse
from rest_framework.serializers import IntegerField

from followup.conversations.api.serializers import MessageSerializer
from followup.conversations.incoming import deciding
from followup.errors import InvalidAction
from followup.models import Ticket
from nps_project.api.serializers import StrictSerializer


class AcceptMail(StrictSerializer):
    """accept: nothing to say."""


class AttachMail(StrictSerializer):
    """attach: the ticket that the mail belongs to."""

    ticket = IntegerField(min_value=1, max_value=2**63 - 1)


class DecidingMixin:
    """Actions of messages: accept, attach."""

    @extend_schema(request=AcceptMail, responses={200: MessageSerializer})
    @action(detail=True, methods=["post"], filterset_class=None)
    def accept(self: Any, request: Request, pk: str) -> ApiResponse:
        """A mail from another address is the customer's: the ticket follows it now."""
        message = self.get_object()
        AcceptMail(data=request.data).is_valid(raise_exception=True)
        deciding.accept(message_id=message.pk, by=self.caller)
        answer: ApiResponse = self._shown(message.pk)
        return answer

    @extend_schema(request=AttachMail, responses={200: MessageSerializer})
    @action(detail=True, methods=["post"], filterset_class=None)
    def attach(self: Any, request: Request, pk: str) -> ApiResponse:
        """Put a mail that belongs to no ticket, or waits on another one, on this ticket."""
        message = self.get_object()
        form = AttachMail(data=request.data)
        form.is_valid(raise_exception=True)
        number = form.validated_data["ticket"]
        ticket = Ticket.objects.visible_to(self.caller).filter(pk=number).first()
        if ticket is None:
            raise InvalidAction("ticket", number, "a ticket that you may see")
        deciding.attach(message_id=message.pk, ticket=ticket, by=self.caller)
        answer: ApiResponse = self._shown(message.pk)
        return answer

    def _shown(self: Any, message_id: int) -> ApiResponse:
        return ApiResponse(self.get_serializer(self.get_queryset().get(pk=message_id)).data)
