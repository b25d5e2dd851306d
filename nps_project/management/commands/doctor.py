"""`manage.py doctor`: check the installation and say what to do."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from nps_project.health.checks import State, run_checks


class Command(BaseCommand):
    """Print one line for each check, with a hint; exit status 1 when a part is broken."""

    requires_system_checks: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.help = _("Look at database, broker, worker, beat, mail, disk, clock and addresses; say what to do.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--json."""
        parser.add_argument("--json", action="store_true", help=_("One object a line, for programs."))

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises: SystemExit(1) when something is broken."""
        results = run_checks(thoroughly=True)
        words = {State.OK: _("well"), State.LOOK: _("look"), State.BROKEN: _("BROKEN")}
        width = max(len(str(check.title)) for check, _result in results)
        for check, result in results:
            if options["json"]:
                line = {"part": check.part, "state": result.state, "says": str(result.message)}
                self.stdout.write(json.dumps(line | {"advice": str(result.hint)}, ensure_ascii=False))
            else:
                hint = f". {result.hint}" if result.hint else ""
                mark = words[result.state].ljust(max(map(len, words.values())))
                self.stdout.write(f"{mark}  {str(check.title).ljust(width)}  {result.message}{hint}")
        if any(result.state == State.BROKEN for _check, result in results):
            raise SystemExit(1)
