"""The app of the conversation with customers."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

WRITE_PATH = "/desk/tickets/<int>/mail/write/"
MOST_SENT = 40 * 2**20  # read so far, so that files that are too large are refused in words
WITHIN_S = 300.0


class ConversationsConfig(AppConfig):
    """Mail on tickets, and the customer's side of them."""

    name = "followup.conversations"
    label = "conversations"
    verbose_name = _("Conversations")
    addresses = (
        ("desk/", "followup.conversations.urls"),
        ("desk/", "followup.conversations.incoming.urls"),
        ("api/v1/", "followup.conversations.api.urls"),
    )

    def ready(self) -> None:
        from followup.conversations import mail_keys
        from followup.conversations.incoming import connecting
        from followup.conversations.showing import rows, statuses
        from followup.conversations.showing.part import PART
        from followup.conversations.writing import composing, outcomes
        from followup.desk.queue import rows as queue_rows
        from followup.desk.ticket import parts
        from followup.models import ActivityKind
        from nps_project.accounts.models import Role
        from nps_project.accounts.signin import senders
        from nps_project.api import enums
        from nps_project.background import queues, schedule
        from nps_project.deliveries import composing as deliveries_composing
        from nps_project.deliveries import from_header
        from nps_project.operations import backup
        from nps_project.system import cancelled, mail_names
        from nps_project.web import uploads
        from surveys.branding import look

        parts.add(PART)
        queue_rows.show_latest(rows.latest_words())
        deliveries_composing.add(mail_keys.TEMPLATE, composing.compose, told=outcomes.mails_left, is_kept=True)
        mail_names.add(mail_keys.TEMPLATE, ActivityKind.MAIL_WRITTEN.label)
        from_header.name_by(mail_keys.TEMPLATE, lambda: look.shown().sender_name)
        cancelled.add({composing.ANOTHER_ADDRESS: statuses.WHY[composing.ANOTHER_ADDRESS]})
        outcomes.connect()
        connecting.connect()
        schedule.every(3600, mark_arrived_messages="conversations.mark_arrived")
        queues.add(queues.BULK, "conversations.mark_arrived")
        backup.after_restore(outcomes.hold_after_restore)
        agents = senders.is_at_least(Role.AGENT)
        uploads.take(WRITE_PATH, uploads.Upload(MOST_SENT, WITHIN_S, agents, most_files=20))
        enums.add(
            MessageDirectionEnum="followup.conversations.models.Direction",
            MessageStatusEnum="followup.conversations.models.MessageStatus",
        )
