"""Whether what comes back is heard."""

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from nps_project.deliveries.inbound.sources import SourceState, all_sources
from nps_project.health.checks import CheckResult, State


def sources_are_heard() -> CheckResult:
    """Broken when a mailbox that is set cannot be read."""
    found = [source for source in all_sources(timezone.now()) if source.state != SourceState.GONE]
    if not found:
        if settings.MAIL_IS_STORED_ONLY:
            return CheckResult(State.OK, _("no mail leaves"))
        hint = _("Nobody sees bounces and complaints. Set MAILBOX_URL, or the webhook of your mail service.")
        return CheckResult(State.LOOK, _("no mailbox and no mail service is set"), hint)
    failing = [source.row for source in found if source.state == SourceState.FAILING]
    if failing:
        message = "; ".join(f"{row.name}: {row.failure}" for row in failing[:3])
        return CheckResult(State.BROKEN, message, _("Look at MAILBOX_URL, and at the mailbox's user and password."))
    silent = [source.row.name for source in found if source.state == SourceState.SILENT]
    if silent:
        hint = _("Nothing was heard lately: /setup/asking/returned/ says since when.")
        return CheckResult(State.LOOK, ", ".join(silent[:3]), hint)
    return CheckResult(State.OK, _("%d heard lately") % len(found))
