"""The app that asks customers. Its tables are those of surveys."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CampaignsConfig(AppConfig):
    """Asking by mail."""

    name = "surveys.campaigns"
    label = "campaigns"
    verbose_name = _("Asking")
    addresses = (("", "surveys.campaigns.urls"), ("api/v1/", "surveys.campaigns.api_urls"))

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from nps_project.api import enums
        from nps_project.background import queues, schedule
        from nps_project.deliveries import composing as deliveries_composing
        from nps_project.deliveries import from_header
        from nps_project.guide import help_links
        from nps_project.operations import backup
        from nps_project.system import cancelled, mail_names
        from nps_project.web import customer_pipeline
        from surveys.branding import look
        from surveys.campaigns import asking, composing, mail_keys, outcomes, trying
        from surveys.campaigns.mailed import named
        from surveys.campaigns.returning import returned
        from surveys.models import Asking, Campaign, MailTexts
        from surveys.models.asking import AskReason
        from surveys.views import tabs

        asking_pages = ("asking", "sender", "mail", "mail_in")
        help_links.add({f"campaigns:{view}": "asking#asking-by-mail" for view in asking_pages})
        help_links.add(dict.fromkeys(("first_steps:show", "first_steps:company"), "admin#the-first-minutes"))
        customer_pipeline.add_paths("/unsubscribe/")
        for template in (mail_keys.TEMPLATE, mail_keys.REMINDER):
            deliveries_composing.add(template, composing.compose, told=outcomes.mails_left)
            mail_names.add_namer(template, named.names_of)
        for template in (mail_keys.TEMPLATE, mail_keys.REMINDER, trying.TEMPLATE):
            from_header.name_by(template, lambda: look.shown().sender_name)
        cancelled.add(dict(AskReason.choices))
        outcomes.connect()
        returned.connect()
        backup.after_restore(asking.hold_everything)
        schedule.every(15, ask_due="campaigns.ask_due")
        schedule.every(300, mark_arrived_mails="campaigns.mark_arrived")
        queues.add(queues.BULK, "campaigns.ask_due", "campaigns.mark_arrived")
        tabs.add(tabs.Tab("mail", _("Mail"), "campaigns:mail"))
        enums.add(
            InvitationChannelEnum="surveys.models.invitation.InvitationChannel",
            InvitationStatusEnum="surveys.models.invitation.InvitationStatus",
            AskReasonEnum="surveys.models.asking.AskReason",
            DecisionToAskEnum="surveys.models.asking.DecisionToAsk",
            CampaignStatusEnum="surveys.models.campaign.CampaignStatus",
            PauseCauseEnum="surveys.models.campaign.PauseCause",
        )
        auditlog.register(MailTexts)
        auditlog.register(Asking, exclude_fields=["looked_at"])
        auditlog.register(Campaign, exclude_fields=["joined_on", "used_on", "used"])
