"""Mark traits, so that answers are counted by them, and take marks away."""

from collections.abc import Iterable

from django.db import IntegrityError, transaction

from surveys.errors import TooManyTraits
from surveys.tallying.models import MOST_TRAITS, MarkedTrait, State
from surveys.tallying.tasks import begin_filling


def mark_these(names: Iterable[str]) -> None:
    """Have answers counted by these traits and no others; one that was refused is tried anew.

    Raises: TooManyTraits, with nothing changed, for more than MOST_TRAITS.
    """
    wanted = set(names)
    if len(wanted) > MOST_TRAITS:
        raise TooManyTraits("traits", len(wanted), f"at most {MOST_TRAITS} traits that answers are counted by")
    try:
        with transaction.atomic():
            _mark(wanted)
    except IntegrityError as error:  # somebody else marked one just now
        raise TooManyTraits("traits", sorted(wanted), "those that nobody else is marking now") from error


def _mark(wanted: set[str]) -> None:
    marks = {mark.name: mark for mark in MarkedTrait.objects.select_for_update().order_by("pk")}
    for name, mark in marks.items():
        if name not in wanted or mark.state == State.REFUSED:
            mark.delete()
    kept = {name: mark for name, mark in marks.items() if mark.pk}
    places = sorted(set(range(1, MOST_TRAITS + 1)) - {mark.place for mark in kept.values()})
    for name, place in zip(sorted(wanted - set(kept)), places, strict=False):
        begin_filling(MarkedTrait.objects.create(name=name, place=place).pk)
