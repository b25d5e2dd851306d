"""Make an API key."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from nps_project.accounts.keys import create_api_key
from nps_project.accounts.models.key import Scope
from nps_project.common.text import shown
from surveys.models import Survey


class Command(BaseCommand):
    """Prints the key alone on standard output: it can be read by a program, and is not shown again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.help = _("Make an API key and print it, once and alone, on standard output.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name, scope, and the survey it is limited to."""
        parser.add_argument("--name", required=True, help=_("What it is for; shown in the history of tickets."))
        parser.add_argument(
            "--scope",
            required=True,
            choices=[scope.value for scope in Scope],
            help=_("What it may do: read = viewer, write = agent, admin = admin."),
        )
        parser.add_argument("--survey", metavar="SLUG", help=_("Limit it to one survey."))

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises: CommandError for an empty or long name, or an unknown survey."""
        name = shown(str(options["name"]).strip())
        if not 1 <= len(name) <= 100 or "\0" in name:
            raise CommandError(_("--name is empty or longer than 100 characters."))
        survey_id = None
        if options["survey"] is not None:
            survey_id = Survey.objects.filter(slug=options["survey"]).values_list("pk", flat=True).first()
            if survey_id is None:
                known = ", ".join(Survey.objects.order_by("slug").values_list("slug", flat=True)[:20]) or _("none yet")
                raise CommandError(
                    _("--survey is %(slug)r; allowed: %(known)s") % {"slug": options["survey"], "known": known}
                )
        _row, key = create_api_key(name=name, scope=options["scope"], survey_id=survey_id)
        self.stdout.write(key)
