"""Fills the database with sample data, or removes it."""

import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from textwrap import fill
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from tqdm import tqdm

from followup.demo import loading, removing
from nps_project.health.checks_servers import missing_migrations


class Command(BaseCommand):
    """Load the sample data in one transaction. Run again, it changes nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.help = _(
            "Load sample data: a year of Lindehus, a made-up furniture shop. More than 5,000 answers to three surveys "
            "in English, Dutch and Danish, some 600 tickets in every state, and a desk for today. The same each time, "
            "but for the dates, which count back from now. Its people cannot sign in, its customers are at "
            "example.com, and nobody is mailed. Stopped half-way, everything is as it was."
        )

    def create_parser(self, *args: Any, **kwargs: Any) -> Any:
        """Keep the line breaks of the examples in the help."""
        kwargs |= {"formatter_class": RawDescriptionHelpFormatter, "epilog": self._examples()}
        parser = super().create_parser(*args, **kwargs)
        parser.description = fill(self.help, 100)
        return parser

    def _examples(self) -> str:
        return _(
            "make demo                       the sample data, in a new installation\n"
            "make demo ARGS=--yes            also where real answers are stored\n"
            "make demo ARGS=--reset          away with it, and load it anew with the dates of today\n"
            "make demo ARGS=--remove         away with it\n\n"
            "Removing takes what was loaded and whatever was done on its tickets since. It refuses, and changes\n"
            "nothing, where something real hangs on it: answers that somebody gave to a sample survey (unless\n"
            "--with-tries), a customer, person or team of the sample that a real survey or ticket refers to."
        )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--yes, --reset, --remove, --with-tries."""
        parser.add_argument("--yes", action="store_true", help=_("Load also where real answers are stored already."))
        away = parser.add_mutually_exclusive_group()
        away.add_argument("--reset", action="store_true", help=_("Remove the sample data, then load it anew."))
        away.add_argument("--remove", action="store_true", help=_("Remove the sample data, and load nothing."))
        parser.add_argument(
            "--with-tries",
            action="store_true",
            help=_("When removing: also the answers and links that people added to the sample surveys to try them."),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises: CommandError in a database with real answers, without --yes; for what cannot be removed."""
        if missing := missing_migrations():  # before anything is locked that a migration waits for
            raise CommandError(
                _("%(n)d migrations are not applied yet, and nothing was changed. If the product is starting, wait "
                  "until it says that it is ready; else run manage.py migrate.") % {"n": missing}
            )  # fmt: skip
        if options["with_tries"] and not (options["reset"] or options["remove"]):
            raise CommandError(_("--with-tries goes with --reset or --remove."))
        if options["remove"]:
            self.stdout.write(self._remove(options["with_tries"]))
            return
        if loading.is_loaded() and not options["reset"]:
            self.stdout.write(_("The sample data is here already; nothing was changed. Anew: make demo ARGS=--reset"))
            return
        if loading.real_answers_exist() and not options["yes"]:
            raise CommandError(
                _("This database holds real answers, and sample data would stand among their figures. "
                  "If that is what you want: make demo ARGS=--yes")
            )  # fmt: skip
        said = []
        try:
            with transaction.atomic():
                if options["reset"]:
                    said.append(self._remove(options["with_tries"]))
                said += self._load()
        except KeyboardInterrupt:
            raise CommandError(_("Stopped. Everything is as it was.")) from None
        self.stdout.write("\n".join(said))

    def _load(self) -> list[str]:
        """Returns: what to tell once it is stored."""
        with tqdm(total=None, unit=" " + _("answers"), disable=not sys.stderr.isatty()) as bar:
            loaded = loading.load(now=timezone.now(), begin=bar.reset, progress=bar.update)
        made = _("%(answers)d answers with %(tickets)d tickets, in three sample surveys.")
        return [
            made % {"answers": loaded.answers, "tickets": loaded.tickets},
            _("The sample colleagues cannot sign in, and nobody is mailed."),
        ]

    def _remove(self, with_tries: bool) -> str:
        """Returns: what to tell once it is stored. Raises: CommandError."""
        if not loading.is_loaded():
            return _("There is no sample data; nothing was removed.")
        try:
            answers = removing.remove(with_tries=with_tries)
        except removing.CannotRemove as error:
            reasons = "\n".join(f"  {reason}" for reason in error.reasons)
            raise CommandError(
                _("The sample data cannot be removed, and nothing was changed:\n%(reasons)s\n"
                  "See: make demo ARGS=--help") % {"reasons": reasons}
            ) from error  # fmt: skip
        return _("%(answers)d sample answers removed, with all that belongs to them.") % {"answers": answers}
