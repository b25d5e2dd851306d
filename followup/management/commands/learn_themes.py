"""`manage.py learn_themes`: read the comments that are unread, and learn the themes now rather than at night."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from tqdm import tqdm

from followup.insights.themes import learning
from followup.insights.themes.models import Theme
from followup.insights.words import reading


class Command(BaseCommand):
    """Read and learn; a second run learns the same."""

    help = "Read the comments that are unread, and learn now which words go with which root cause."

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        with tqdm(desc="comments", unit="", disable=None) as bar:
            while count := reading.read_new(at):
                bar.update(count)
        Theme.objects.update(learnt_at=None)
        learning.learn_due(at)
        for theme in Theme.objects.filter(n__gt=0).order_by("pk"):
            share = 100 * theme.right / theme.n
            self.stdout.write(f"{theme.get_language_display()}: {theme.n} tickets, {share:.0f} % of all guesses right")
