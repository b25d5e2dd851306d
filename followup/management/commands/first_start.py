"""Makes the first rows of a new installation, and prints the lines that greet whoever started it."""

import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import connection, transaction
from django.utils.translation import gettext as _

from followup.causes import services as causes
from followup.playbooks import services as playbooks
from nps_project import env
from nps_project.accounts.models import Role, User
from nps_project.accounts.passwords import make_password
from nps_project.common import company_zone
from surveys.models import Survey, SurveyStatus
from surveys.services import tallies
from surveys.services.surveys import create_survey

STARTER_SLUG = "hello"
DEFAULT_ADMIN = "admin@winback.localhost"
_ONE_AT_A_TIME = 7_046_101  # key of an advisory lock: two first starts at once make one survey and one admin


class Command(BaseCommand):
    """Make the starter survey, the defaults and the admin where they are missing. Safe to run at every start."""

    requires_system_checks: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.help = _("On an empty database: make the starter survey and the admin. Prints the links.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        """ADMIN_EMAIL and ADMIN_PASSWORD come from the environment."""
        parser.add_argument(
            "--password-must-be-given",
            action="store_true",
            help=_("Where output is kept: rather stop than make up a password for the first admin and print it."),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises: SystemExit with one line when the tallies are of another time zone, or for a bad ADMIN_EMAIL."""
        if not settings.TIME_ZONE_IS_GIVEN and (zone := tallies.stored_zone()) != settings.TIME_ZONE:
            company_zone.choose(zone)  # a restored database knows its zone, though VAR_DIR is a new one
        fault = tallies.zone_fault()
        if fault:
            raise SystemExit(fault)
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
            playbooks.ensure_default()
            causes.ensure_defaults()
            admin, password = self._admin(must_be_given=options["password_must_be_given"])
            survey = self._survey(admin)
        link = f"{settings.SITE_URL}/s/{survey.slug}/" if survey else _("none is live; make one at /setup/surveys/")
        secret = password or "({})".format(_("password as set"))
        lines = {
            _("Survey:"): link,
            _("Desk:"): f"{settings.SITE_URL}/desk/",
            _("Login:"): f"{admin.email}  {secret}",
        }
        self.stdout.writelines(f"{name:<9} {value}\n" for name, value in lines.items())

    def _admin(self, *, must_be_given: bool) -> tuple[User, str]:
        """The admin, and a password when one was made up just now."""
        people = User.objects.people().filter(role=Role.ADMIN)
        found = people.order_by("pk").first()
        if found:
            return found, ""
        email = env.text("ADMIN_EMAIL", DEFAULT_ADMIN)
        try:
            validate_email(email)
        except ValidationError:
            env.refuse("ADMIN_EMAIL", email, "an e-mail address such as ada@example.com")
        given = os.environ.get("ADMIN_PASSWORD", "")
        if must_be_given and not given:
            env.refuse("ADMIN_PASSWORD", given, "the password of the first admin; this database has none yet")
        password = given or make_password()
        if User.objects.filter(email=email.strip().lower()).exists():
            raise CommandError(
                _("There is no admin, and %(email)s is somebody else's address: set ADMIN_EMAIL to another.")
                % {"email": email}
            )
        admin = User.objects.create_user(email, password, name=_("Admin"), role=Role.ADMIN)
        if given:
            self._warn_of_weak(given, admin)
        return admin, "" if given else password

    def _warn_of_weak(self, password: str, admin: User) -> None:
        try:
            validate_password(password, admin)
        except ValidationError as error:
            self.stderr.write(_("ADMIN_PASSWORD is taken as it is, but: %s") % " ".join(error.messages))

    def _survey(self, admin: User) -> Survey | None:
        """The starter survey, made where there is no survey at all; later the oldest live one."""
        if not Survey.objects.exists():
            return create_survey(
                slug=STARTER_SLUG,
                name=_("First survey"),
                brand=_("Your company"),
                status=SurveyStatus.LIVE,
                default_language="en",
                languages=[code for code, _name in settings.LANGUAGES],
                by=admin,
            )
        live = Survey.objects.filter(status=SurveyStatus.LIVE)
        return live.filter(slug=STARTER_SLUG).first() or live.order_by("pk").first()
