"""Fill the database with sample data."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from tqdm import tqdm

from followup.demo import loading


class Command(BaseCommand):
    """All of it or nothing: stopped half-way, nothing is there. Run again, it changes nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.help = _("Load sample data: 300 answers in three languages, with tickets in every state. Mails nobody.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--yes."""
        parser.add_argument("--yes", action="store_true", help=_("Also where real answers are stored already."))

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises: CommandError in a database with real answers, without --yes."""
        if loading.is_loaded():
            self.stdout.write(_("The sample data is here already; nothing was changed."))
            return
        if loading.real_answers_exist() and not options["yes"]:
            raise CommandError(
                _("This database holds real answers, and sample data would stand among their figures. "
                  "If that is what you want: load_demo --yes")
            )  # fmt: skip
        with tqdm(total=loading.ANSWERS, unit=_("answers"), disable=not sys.stderr.isatty()) as bar:
            loaded = loading.load(now=timezone.now(), progress=bar.update)
        made = _("%(answers)d answers with %(tickets)d tickets, in two sample surveys.")
        self.stdout.write(made % {"answers": loaded.answers, "tickets": loaded.tickets})
        self.stdout.write(_("The sample colleagues cannot sign in, and nobody is mailed."))
