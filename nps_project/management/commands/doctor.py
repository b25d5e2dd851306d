"""Find and explain what is wrong with an installation."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from nps_project.health.checks import State, look


class Command(BaseCommand):
    """One line a part, with what to do; exit status 1 when a part is broken."""

    requires_system_checks: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.help = _("Look at database, broker, worker, beat, mail, disk, clock and addresses; say what to do.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--json."""
        parser.add_argument("--json", action="store_true", help=_("One object a line, for programs."))

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises: SystemExit(1) when something is broken."""
        found = look(thoroughly=True)
        words = {State.OK: _("well"), State.LOOK: _("look"), State.BROKEN: _("BROKEN")}
        width = max(len(str(probe.title)) for probe, _finding in found)
        for probe, finding in found:
            if options["json"]:
                told = {"part": probe.part, "state": finding.state, "says": str(finding.says)}
                self.stdout.write(json.dumps(told | {"advice": str(finding.advice)}, ensure_ascii=False))
            else:
                advice = f". {finding.advice}" if finding.advice else ""
                mark = words[finding.state].ljust(max(map(len, words.values())))
                self.stdout.write(f"{mark}  {str(probe.title).ljust(width)}  {finding.says}{advice}")
        if any(finding.state == State.BROKEN for _probe, finding in found):
            raise SystemExit(1)
