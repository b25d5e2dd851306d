"""Count every tally anew, in the days of TIME_ZONE."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from surveys.services import tallies


class Command(BaseCommand):
    """One transaction, in which new answers wait; stopped half-way, nothing has changed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.help = _(
            "Count all tallies anew, in the days of TIME_ZONE. New answers wait meanwhile; stopped, nothing changes."
        )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """None."""

    def handle(self, *args: Any, **options: Any) -> None:
        number = tallies.rebuild()
        self.stdout.write(
            _("%(number)d tallies counted, in the days of %(zone)s.") % {"number": number, "zone": settings.TIME_ZONE}
        )
