"""What a mail is called in the outbox while its subject is not kept, since it is made when the mail is sent."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from nps_project.deliveries.models import Delivery

Namer = Callable[[Sequence[Delivery]], Mapping[int, str]]
_NAMERS: dict[str, Namer] = {}


def add(template: str, words: Any) -> None:
    """Name the mails of a template by the same words; an app's ready() calls it. `words` may be lazy."""
    add_namer(template, lambda deliveries: {row.pk: str(words) for row in deliveries})


def add_namer(template: str, namer: Namer) -> None:
    """Name the mails of a template by `namer`: it gets some rows and gives their words, by their ids. The rows of all
    templates that it names come at once."""
    _NAMERS[template] = namer


def name(deliveries: Sequence[Delivery]) -> None:
    """Give those that have no subject one to be shown. As many queries as namers make, whatever the number of rows."""
    unnamed: dict[Namer, list[Delivery]] = {}
    for row in deliveries:
        if not row.subject and (namer := _NAMERS.get(row.template)):
            unnamed.setdefault(namer, []).append(row)
    found = {pk: words for namer, rows in unnamed.items() for pk, words in namer(rows).items()}
    for row in deliveries:
        row.subject = row.subject or found.get(row.pk) or _("Mail")
