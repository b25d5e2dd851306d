"""`manage.py backup`: write everything into one file."""

import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from tqdm import tqdm

from nps_project.operations import backup


class Command(BaseCommand):
    """The file is there whole or not at all; the product may run meanwhile."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.help = _("Write the database, the secret key and the media into one file, while the product runs.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        """FILE."""
        parser.add_argument("file", help=_("Where to; - is standard output."))

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises: CommandError with the reason."""
        try:
            with tqdm(unit="B", unit_scale=True, disable=not sys.stderr.isatty()) as bar:
                self._write(options["file"], lambda done: bar.update(done - bar.n))
        except (backup.BackupError, OSError) as error:
            raise CommandError(str(error)) from error

    def _write(self, name: str, progress: backup.Progress) -> None:
        if name == "-":
            backup.make(sys.stdout.buffer, progress)
            return
        half = Path(f"{name}.half")
        try:
            with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as target:
                backup.make(target, progress)
                target.flush()
                os.fsync(target.fileno())
            half.replace(name)
        finally:
            half.unlink(missing_ok=True)
        size = f"{Path(name).stat().st_size / 1e6:.1f} MB"
        self.stdout.write(_("%(file)s, %(size)s. It holds personal data and the secret key: keep it as safe as those.")
                          % {"file": name, "size": size})  # fmt: skip
