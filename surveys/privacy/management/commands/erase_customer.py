"""`manage.py erase_customer WHO`: show what is kept of a customer, and with --yes erase it."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from nps_project.privacy import again, erasing, registry, suppression
from nps_project.privacy.models import Kind, Why
from surveys.models import Contact
from surveys.privacy import subjects

Who = tuple[Kind, int]


class Command(BaseCommand):
    """What an admin does on a contact's page, for who has no browser at hand; and repeating it after a restore."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.help = _(
            "Show what is kept of a customer, and with --yes erase it. Exit status 0: shown or erased; 2: nobody is"
            " known by this."
        )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """WHO, --yes, --again, --allow."""
        parser.add_argument("who", nargs="?", help=_("An e-mail address, your own number, or the id of a contact."))
        parser.add_argument("--yes", action="store_true", help=_("Erase it; without this nothing is changed."))
        parser.add_argument(
            "--again", type=Path, metavar="FILE",
            help=_("After a restore: erase once more what this list names, which the page “Erased” gives; - reads it"
                   " from standard input."),
        )  # fmt: skip
        parser.add_argument(
            "--allow", metavar="ADDRESS", help=_("Let the surveys ask this address again that was erased before.")
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises: CommandError with exit status 2."""
        if options["allow"]:
            was_kept = suppression.remove(options["allow"])
            self.stdout.write(_("It may be asked again.") if was_kept else _("It was not on the list."))
        elif options["again"]:
            self._again(options["again"])
        elif options["who"]:
            self._erase(options["who"], is_sure=options["yes"])
        else:
            raise CommandError(_("Name a customer, or --again FILE, or --allow ADDRESS."), returncode=2)

    def _erase(self, who: str, *, is_sure: bool) -> None:
        found = _find(who)
        if not found:
            raise CommandError(_("Nobody is known by %r.") % who, returncode=2)
        for kind, row_id in found:
            subject = registry.find(kind, row_id)
            if subject is None:
                continue
            self.stdout.write(f"{kind.label} {row_id}: {subject.name}")
            for held in erasing.held(subject):
                self.stdout.write(f"  {held.part.name}: {held.count}")
            if is_sure:
                done = erasing.erase(kind, row_id, why=Why.ASKED)
                self.stdout.write("  " + _("erased: %d records held something") % done.total)
        if not is_sure:
            self.stdout.write(_("Nothing is changed. Say --yes to erase this."))

    def _again(self, path: Path) -> None:
        try:
            text = sys.stdin.read() if str(path) == "-" else path.read_text()
            listed = again.read(text.splitlines())
        except (OSError, ValueError) as error:
            raise CommandError(_("This is no list of erasures: %s") % error, returncode=2) from error
        done = sum(again.erase_again(one) for one in listed)
        self.stdout.write(
            _("%(done)d erased again; %(left)d are not here.") % {"done": done, "left": len(listed) - done}
        )


def _find(who: str) -> list[Who]:
    """Contacts with this address, number or id; else answers in which the address was typed."""
    if "@" in who:
        contacts, answers = subjects.of_address(who)
        if contacts:
            return [(Kind.CONTACT, contacts[0].pk)]
        return [(Kind.ANSWER, answer.pk) for answer in answers]
    rows = Contact.objects.filter(erased_at=None, external_id=who)
    found = list(rows.values_list("pk", flat=True))
    if not found and who.isdecimal():
        found = list(Contact.objects.filter(pk=int(who)).values_list("pk", flat=True))
    return [(Kind.CONTACT, pk) for pk in found]
