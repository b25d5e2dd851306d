"""The app of the customer's side of a ticket."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CaseConfig(AppConfig):
    """The customer's own page."""

    name = "followup.conversations.case"
    label = "customer_case"
    verbose_name = _("The customer’s page")
    addresses = (("", "followup.conversations.case.urls"),)

    def ready(self) -> None:
        from followup.conversations.case import calls, links, part, tasks  # noqa: F401  (its tasks and sweep are registered)
        from followup.desk.ticket import parts
        from nps_project.background import queues, schedule
        from nps_project.web import customer_pipeline
        from surveys import hooks

        customer_pipeline.add_paths(links.PATH)
        hooks.set_case_path(links.path_after_thanks)
        hooks.set_call_form(calls.form_after_thanks)
        parts.add(part.PART)
        schedule.every(60, take_over_messages="followup.take_over_case_messages")
        queues.add(queues.SWEEPS, "followup.take_over_case_messages")
