"""The imports app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

PATH = "/contacts/import/"
MOST_BYTES = 200 * 2**20
WITHIN_S = 600.0


class ImportsConfig(AppConfig):
    """Imports of contacts."""

    name = "surveys.contacts.imports"
    label = "imports"
    verbose_name = _("Imports of contacts")
    addresses = ((PATH.removeprefix("/"), "surveys.contacts.imports.urls"),)

    def ready(self) -> None:
        from nps_project.accounts.models import Role
        from nps_project.accounts.signin import senders
        from nps_project.background import queues, schedule
        from nps_project.web import uploads

        schedule.every(15, go_on_importing="imports.go_on")
        schedule.every(3600, forget_old_imports="imports.forget")
        queues.add(queues.BULK, "imports.work", "imports.go_on", "imports.forget")
        uploads.take(PATH, uploads.Upload(MOST_BYTES, WITHIN_S, senders.is_at_least(Role.MANAGER)))
