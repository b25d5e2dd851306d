"""Addresses of the API of the conversation."""

from django.urls import re_path
from rest_framework.routers import SimpleRouter

from followup.conversations.api import views
from followup.conversations.slots.api import BookingViewSet

router = SimpleRouter()
router.register("messages", views.MessageViewSet, basename="message")
router.register("bookings", BookingViewSet, basename="booking")

urlpatterns = [
    re_path("^tickets/(?P<pk>[0-9]{1,18})/messages/$", views.TicketMessagesView.as_view(), name="api-ticket-messages"),
    *router.urls,
]
