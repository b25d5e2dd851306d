"""Admin pages with the raw records of mails; read-only."""

from django.contrib import admin

from nps_project.deliveries.models import Delivery
from nps_project.web.read_only_admin import ReadOnlyAdmin


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """Mails and webhook calls."""

    list_display = ("id", "kind", "audience", "status", "template", "to_address", "queued_at", "sent_at", "attempts")
    list_filter = ("status", "kind", "audience", "template")
    search_fields = ("to_address", "about")
    ordering = ("-pk",)
    exclude = ("body_text", "body_html")  # the outbox shows them, without the links that open something
