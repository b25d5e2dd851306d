"""Compare the tallies with a recount."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from surveys import hooks
from surveys.services import tallies
from surveys.tallying.days import counting as days

_SHOWN = 20


class Command(BaseCommand):
    """Exit status 0: every tally equals a recount. 1: some differ, and the first twenty are listed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.help = _("Compare every tally with a recount. Exit status 1 when one differs.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        """None."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises: SystemExit(1) when a tally differs or the tallies are of another time zone."""
        fault = tallies.zone_fault()
        if fault:
            raise SystemExit(fault)
        found = tallies.differences()
        for one in found[:_SHOWN]:
            of_trait = f"{one.trait} {one.value}, " if one.trait else ""
            self.stdout.write(
                of_trait
                + _("survey %(survey)d, %(day)s, score %(score)d: the tally says %(tally)d, a recount %(recount)d")
                % {
                    "survey": one.survey_id,
                    "day": one.day.isoformat(),
                    "score": one.score,
                    "tally": one.tally,
                    "recount": one.recount,
                }
            )
        differing = days.differing_days() + hooks.differing_days()
        for name, day in differing[:_SHOWN]:
            self.stdout.write(
                _("%(name)s, %(day)s: what is counted by day is not what a recount says")
                % {"name": name, "day": day.isoformat()}
            )
        if found or differing:
            self.stderr.write(
                _("%(number)d tallies differ from a recount; rebuild_tallies mends them.")
                % {"number": len(found) + len(differing)}
            )
            raise SystemExit(1)
        self.stdout.write(_("Every tally equals a recount."))
