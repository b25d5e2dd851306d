"""Verify the history of every ticket."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from tqdm import tqdm

from followup.history import chain
from followup.models import Ticket

_PAGE = 500


class Command(BaseCommand):
    """Verify chains. Exit status 0: every chain holds. 1: each place where one does not is printed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.help = _("Verify the chain of every ticket's history. Exit status 1 when an entry was changed or removed.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The ids of the tickets to verify; none: all."""
        parser.add_argument("tickets", nargs="*", type=int, metavar="TICKET", help=_("Only these tickets, by number."))

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises: SystemExit(1) when a chain does not hold."""
        rows = Ticket.objects.order_by("pk")
        if options["tickets"]:
            rows = rows.filter(pk__in=options["tickets"])
        faults, checked, last = 0, 0, 0
        with tqdm(total=rows.count(), unit=_("tickets"), disable=not sys.stderr.isatty()) as bar:
            while page := list(rows.filter(pk__gt=last).values_list("pk", flat=True)[:_PAGE]):
                last = page[-1]
                for fault in chain.verify(page):
                    faults += 1
                    self.stdout.write(
                        _("ticket %(ticket)d, entry %(number)d: %(what)s")
                        % {"ticket": fault.ticket_id, "number": fault.number, "what": fault.what}
                    )
                checked += len(page)
                bar.update(len(page))
        if faults:
            self.stderr.write(_("%(number)d faults in the history of %(checked)d tickets.")
                              % {"number": faults, "checked": checked})  # fmt: skip
            raise SystemExit(1)
        self.stdout.write(_("The history of %(checked)d tickets holds.") % {"checked": checked})
