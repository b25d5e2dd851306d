"""`manage.py measure_themes FILE`: how well themes do on sentences with labels that somebody else gave."""

import csv
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from followup.insights.estimates.shares import Share, wilson
from followup.insights.themes.models import LEAST_PRECISION, MOST_PRECISION, STANDARD_PRECISION
from followup.insights.words.models import LANGUAGES


class Command(BaseCommand):
    """Nothing is stored, and no database is asked."""

    help = (
        "Learn from seven tenths of a CSV file of sentences with labels, suggest for the other three, and print how "
        "often that is right. Which sentence is in which part depends on the sentence alone."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a CSV file with a head")
        parser.add_argument("--text", default="text", metavar="COLUMN", help="the column of the sentences (text)")
        parser.add_argument("--label", default="category", metavar="COLUMN", help="that of the labels (category)")
        parser.add_argument("--language", default="en", choices=list(LANGUAGES))
        parser.add_argument(
            "--precision", type=int, default=STANDARD_PRECISION, metavar="N",
            help=f"suggest where N of 100 are right, {LEAST_PRECISION} to {MOST_PRECISION} ({STANDARD_PRECISION})",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        from followup.insights.themes.measuring import measure  # numpy: no other command loads it

        if not LEAST_PRECISION <= options["precision"] <= MOST_PRECISION:
            raise CommandError(f"--precision is {options['precision']}; allowed: {LEAST_PRECISION} to {MOST_PRECISION}")
        sentences = _read(options["file"], options["text"], options["label"])
        result = measure(sentences, options["language"], options["precision"] / 100)
        if result is None:
            raise CommandError("too little to learn from: two labels need ten sentences each")
        self.stdout.write(f"learnt from {result.learnt}, kept back {result.n}")
        self.stdout.write(f"right of all guesses: {_words(wilson(result.guessed_right, result.n))}")
        self.stdout.write(f"right of suggestions: {_words(wilson(result.right, result.suggested))}")
        for one in result.labels:
            figures = _words(wilson(one.right, one.suggested)) if one.suggested else "silent"
            self.stdout.write(f"  {one.label}: n {one.n}, {figures}")


def _read(path: Path, text: str, label: str) -> list[tuple[str, str]]:
    """Raises: CommandError naming what is missing."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            missing = {text, label} - set(rows.fieldnames or ())
            if missing:
                there = ", ".join(rows.fieldnames or ()) or "none"
                raise CommandError(f"{path} has no column {' and no '.join(sorted(missing))}; it has: {there}")
            return [(row[text], row[label]) for row in rows if row[text] and row[label]]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CommandError(f"{path} cannot be read as CSV in UTF-8: {error}") from error


def _words(share: Share) -> str:
    if share.share is None or share.low is None or share.high is None:
        return "none"
    return f"{share.n} of {share.of}, {share.share:.0%} (between {share.low:.0%} and {share.high:.0%})"
