"""The branding app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

MOST_BYTES = 8 * 2**20  # read so far, so that a logo that is too large is refused in words
WITHIN_S = 60.0


class BrandingConfig(AppConfig):
    """The company's logo, colours and sender's name."""

    name = "surveys.branding"
    label = "branding"
    verbose_name = _("Branding")
    addresses = (("branding/", "surveys.branding.urls"), ("setup/branding/", "surveys.branding.setup_urls"))

    def ready(self) -> None:
        from auditlog.registry import auditlog
        from django.db.models.signals import post_delete, post_save

        from nps_project.accounts.models import Role
        from nps_project.accounts.signin import senders
        from nps_project.guide import help_links
        from nps_project.web import customer_pipeline, uploads
        from surveys.branding import look
        from surveys.branding.models import Branding

        customer_pipeline.add_paths(look.ADDRESS)
        help_links.add(dict.fromkeys(("branding_setup:branding", "branding_setup:logo"), "admin#branding"))
        for signal in (post_save, post_delete):
            signal.connect(look.forget, sender=Branding, dispatch_uid="branding.forget_what_is_shown")
        uploads.take("/setup/branding/logo/", uploads.Upload(MOST_BYTES, WITHIN_S, senders.is_at_least(Role.ADMIN)))
        auditlog.register(Branding)
