"""`manage.py read_mailbox`: read the mailboxes of MAILBOX_URL once, and say what was found."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from nps_project.deliveries.inbound import mailbox


class Command(BaseCommand):
    """Beat does the same each minute."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.help = _("Read the mailboxes of MAILBOX_URL once. Exit status 1 when one of them cannot be read.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises: CommandError when no mailbox is set, or one cannot be read."""
        if not settings.MAILBOXES:
            raise CommandError(_("No mailbox is set (MAILBOX_URL)."))
        failed = False
        for url in settings.MAILBOXES:
            done = mailbox.read(url)
            self.stdout.write(f"{done.mailbox}: {self._words(done)}")
            failed = failed or bool(done.failure)
        if failed:
            raise CommandError(_("Not every mailbox could be read."), returncode=1)

    @staticmethod
    def _words(done: mailbox.ReadingDone) -> str:
        if done.was_claimed:
            return _("another worker is reading it")
        counts = [f"{number} {name}" for name, number in sorted(done.taken.items())]
        counts += [_("%(number)d left (%(why)s)") % {"number": number, "why": why}
                   for why, number in sorted(done.left.items())]  # fmt: skip
        words = ", ".join(counts) or _("nothing new")
        return f"{words}; {done.failure}" if done.failure else words
