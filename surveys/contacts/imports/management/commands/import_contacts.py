"""`manage.py import_contacts FILE`: import contacts from a CSV file or a workbook, without a login."""

import os
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from tqdm import tqdm

from surveys.contacts.imports import bad_rows, parts, services
from surveys.contacts.imports.checking import CheckedAhead
from surveys.contacts.imports.errors import Unreadable, WrongMatching
from surveys.contacts.imports.models import AT_WORK, ContactImport
from surveys.contacts.imports.reading import delimited
from surveys.contacts.imports.rules import reasons

SHOWN = 5
WAIT_S = 0.2
BAD_ROWS = 1  # the exit status when some rows were bad


class Command(BaseCommand):
    """The same import as the page's; it can be seen and undone there by an admin."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.help = _(
            "Import contacts from a CSV file or an .xlsx workbook. Exit status 0: all rows are good; 1: some are bad"
            " and stand in a file of their own, the good ones are imported; 2: nothing is."
        )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """FILE, --map, --bad, --dry-run."""
        parser.add_argument("file", type=Path, help=_("A CSV file or an .xlsx workbook; its first line names columns."))
        parser.add_argument(
            "--map", action="append", default=[], metavar="COLUMN=FIELD",
            help=_("Match a column by hand: with a field of the API, with trait.<name>, or with nothing to leave it"
                   " out. May be repeated."),
        )  # fmt: skip
        parser.add_argument("--bad", type=Path, metavar="FILE", help=_("Where bad rows go; else beside the file."))
        parser.add_argument("--dry-run", action="store_true", help=_("Say what would happen, and change nothing."))

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises: CommandError with exit status 2; SystemExit 1 when rows were bad."""
        path: Path = options["file"]
        run = None
        try:
            with path.open("rb") as file:
                run = parts.store(file, path.name)
            chosen = services.matching_of(run) | _pairs(options["map"])
            self._say_what_was_recognised(run, chosen)
            run = self._rehearse(run, chosen) if options["dry_run"] else self._import(run, chosen)
            self._say_what_came_of_it(run)
            if run.bad:
                self._write_bad(run, options["bad"] or path.with_name(f"{path.name}.bad.csv"))
        except (Unreadable, WrongMatching, OSError) as error:
            raise CommandError(str(error), returncode=2) from error
        finally:
            if run is not None:
                services.discard(run_id=run.pk)  # unless it was started
        if run.bad:
            sys.exit(BAD_ROWS)

    def _say_what_was_recognised(self, run: ContactImport, chosen: dict[str, str]) -> None:
        if run.is_workbook:
            self.stdout.write(_("A workbook with %d rows.") % run.total)
        else:
            words = {
                "rows": run.total,
                "encoding": delimited.encoding_name(run.encoding),
                "separator": delimited.SEPARATORS[run.separator],
            }
            self.stdout.write(_("%(rows)d rows, in %(encoding)s, divided by: %(separator)s.") % words)
        for name, target in chosen.items():
            self.stdout.write(f"  {name} -> {target or _('left out')}")

    def _import(self, run: ContactImport, chosen: dict[str, str]) -> ContactImport:
        """In this process, beside a worker that may take parts of it as well; a Ctrl-C stops it."""
        run = services.start(run_id=run.pk, chosen=chosen)
        try:
            with self._bar(run) as bar, CheckedAhead() as ahead:
                while run.state in AT_WORK:
                    if services.do_next_part(run.pk, ahead) is None:
                        time.sleep(WAIT_S)
                    run.refresh_from_db()
                    bar.update(run.done - bar.n)
        except KeyboardInterrupt:
            services.stop(run_id=run.pk)
            raise
        return run

    def _rehearse(self, run: ContactImport, chosen: dict[str, str]) -> ContactImport:
        with self._bar(run) as bar:
            for after in services.rehearse(run_id=run.pk, chosen=chosen):
                run = after
                bar.update(run.done - bar.n)
        self.stdout.write(_("A dry run: nothing was changed."))
        return run

    def _bar(self, run: ContactImport) -> "tqdm[Any]":
        return tqdm(total=run.total, unit=" rows", disable=not sys.stderr.isatty())

    def _say_what_came_of_it(self, run: ContactImport) -> None:
        words = {name: getattr(run, name) for name in services.COUNTS} | {"warned": run.warned}
        self.stdout.write(
            _("%(made)d new, %(changed)d changed, %(unchanged)d unchanged, %(bad)d bad, %(warned)d warnings.") % words
        )
        for fault in run.faults.order_by("line", "id")[:SHOWN]:
            where = " ".join(filter(None, (fault.field, repr(fault.value) if fault.value else "")))
            parts_of_it = (_("line %d") % fault.line, where, reasons.in_words(fault.code, fault.detail))
            self.stdout.write(f"  {': '.join(filter(None, parts_of_it))}")

    def _write_bad(self, run: ContactImport, path: Path) -> None:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.writelines(bad_rows.csv_of(run))
        self.stdout.write(_("The bad rows are in %s. Mend them there, and import that file.") % path)


def _pairs(given: list[str]) -> dict[str, str]:
    """Raises: CommandError."""
    found = {}
    for pair in given:
        name, equals, target = pair.rpartition("=")
        if not equals:
            raise CommandError(_('--map takes COLUMN=FIELD, such as --map "Klantnr=external_id".'), returncode=2)
        found[name.strip()] = target.strip()
    return found
