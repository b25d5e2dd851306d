"""The app of customers as subjects of nps_project/privacy. It has no tables."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SurveysPrivacyConfig(AppConfig):
    """Finding, giving out and erasing customers and answers."""

    name = "surveys.privacy"
    label = "customers_privacy"
    verbose_name = _("Customers' data")
    addresses = (("contacts/", "surveys.privacy.urls"), ("api/v1/", "surveys.privacy.api_urls"))

    def ready(self) -> None:
        from nps_project.background import queues, schedule
        from nps_project.guide import help_links
        from nps_project.privacy import registry
        from nps_project.privacy.models import Kind
        from surveys.privacy import imported, late, parts, subjects  # noqa: F401  (its task and sweep are registered)

        schedule.every(60, erase_late="privacy.erase_late")
        queues.add(queues.SWEEPS, "privacy.erase_late")
        registry.find_by(Kind.CONTACT, subjects.contact)
        registry.find_by(Kind.ANSWER, subjects.answer)
        for part in (parts.KNOWN, parts.ANSWERS, parts.ASKED, imported.IMPORTED):
            registry.add(part)
        registry.then(parts.skip_what_waits)
        erasing = ("erase_contact", "erase_answer")
        help_links.add({f"customers_privacy:{view}": "privacy#erasing" for view in erasing})
