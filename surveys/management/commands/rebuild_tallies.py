"""Count every tally anew, in the days of TIME_ZONE."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from surveys import hooks
from surveys.services import tallies


class Command(BaseCommand):
    """Those of promises in one transaction, those of answers in another: what is counted waits meanwhile."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.help = _(
            "Count all tallies anew, in the days of TIME_ZONE. Changes of tickets wait meanwhile, then new answers; "
            "stopped, it can be run again."
        )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """None."""

    def handle(self, *args: Any, **options: Any) -> None:
        number = hooks.recount_tallies() + tallies.rebuild()  # which keeps the zone, and so comes last
        self.stdout.write(
            _("%(number)d tallies counted, in the days of %(zone)s.") % {"number": number, "zone": settings.TIME_ZONE}
        )
