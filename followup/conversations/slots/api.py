"""REST API of the calls that customers booked, to read."""

import django_filters as filters
from django.db.models import BooleanField, ExpressionWrapper, QuerySet
from rest_framework import mixins, serializers, viewsets

from followup.conversations.slots.models import HOLDS, CallBooking
from followup.models import Ticket
from nps_project.api.filters import IdFilter
from nps_project.api.views import ApiView


class BookingSerializer(serializers.ModelSerializer[CallBooking]):
    """A time that a customer chose for a call by `person`, who promised it. `holds`: neither given back nor over."""

    promise = serializers.IntegerField(source="promise_id", read_only=True)
    holds = serializers.BooleanField(read_only=True)

    class Meta:
        model = CallBooking
        fields = ["id", "ticket", "person", "promise", "starts_at", "made_at", "freed_at", "holds"]
        read_only_fields = fields


class BookingFilter(filters.FilterSet):
    """?ticket= &holds="""

    ticket = IdFilter(field_name="ticket_id")
    holds = filters.ChoiceFilter(choices=[("true", "true"), ("false", "false")], method="by_holding")

    class Meta:
        model = CallBooking
        fields = ["ticket"]

    def by_holding(self, rows: QuerySet[CallBooking], _name: str, value: str) -> QuerySet[CallBooking]:
        """Those that hold, or the others."""
        return rows.filter(HOLDS if value == "true" else ~HOLDS)


class BookingViewSet(ApiView, mixins.ListModelMixin, viewsets.GenericViewSet[CallBooking]):
    """The booked calls of the tickets that the caller may see, the newest booking first."""

    serializer_class = BookingSerializer
    filterset_class = BookingFilter
    queryset = CallBooking.objects.none()

    def get_queryset(self) -> QuerySet[CallBooking]:
        seen = Ticket.objects.visible_to(self.caller)
        return CallBooking.objects.filter(ticket__in=seen).annotate(
            holds=ExpressionWrapper(HOLDS, output_field=BooleanField())
        )
