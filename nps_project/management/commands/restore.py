"""`manage.py restore`: replace everything with a backup."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from tqdm import tqdm

from nps_project.operations import backup


class Command(BaseCommand):
    """Restore all of the backup or nothing. It also moves an embedded database to a served one."""

    requires_system_checks: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.help = _(
            "Put a backup in the place of what is stored, and bring it to this release. Stop the product first."
        )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """FILE, --replace."""
        parser.add_argument("file", help=_("What `backup` wrote; - is standard input."))
        parser.add_argument("--replace", action="store_true", help=_("Also where answers are stored: they are lost."))

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises: CommandError with the reason; nothing is changed then."""
        try:
            with tqdm(unit="B", unit_scale=True, disable=not sys.stderr.isatty()) as bar:

                def progress(done: int) -> None:
                    bar.update(done - bar.n)

                how: dict[str, Any] = {
                    "replace": options["replace"],
                    "progress": progress,
                    "warn": self.stderr.write,
                }
                if options["file"] == "-":
                    made = backup.restore(sys.stdin.buffer, **how)
                else:
                    with Path(options["file"]).open("rb") as source:
                        made = backup.restore(source, **how)
        except (backup.BackupError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(_("The backup of %s is in place. Start the product.") % f"{made.made_at:%Y-%m-%d %H:%M}")
