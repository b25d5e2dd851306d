"""`manage.py create_user`: make an account for a person."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from nps_project.accounts.models import Role
from nps_project.accounts.people import services
from nps_project.common.text import shown


class Command(BaseCommand):
    """The password comes from standard input, or is made up and printed once, alone, on standard output."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.help = _("Make an account for a person. Without --password-stdin a password is made up and printed once.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        """E-mail address, role, name and where the password comes from."""
        parser.add_argument("--email", required=True, help=_("The address that the person signs in with."))
        parser.add_argument("--role", required=True, choices=[role.value for role in Role], help=_("What it may do."))
        parser.add_argument("--name", default="", help=_("The name that colleagues see."))
        parser.add_argument("--password-stdin", action="store_true", help=_("Read the password from standard input."))

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises: CommandError for an address that is no address or is taken, or a weak password."""
        password = sys.stdin.readline().rstrip("\r\n") if options["password_stdin"] else None
        if password == "":
            raise CommandError(_("--password-stdin: standard input held no password."))
        try:
            _user, made_up = services.invite(
                email=options["email"], name=shown(options["name"]), role=options["role"], password=password
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        if made_up:
            self.stdout.write(made_up)
