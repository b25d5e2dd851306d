"""What answers are counted by day and by: language, channel, company, account manager, and two marked traits; and those
of the customer base by what is known of customers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from django.db.models import Case, F, Func, JSONField, Q, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, NullIf

from surveys.models.contact import COMPANY_TRAIT
from surveys.tallying.models import MarkedTrait, State

LANGUAGE, CHANNEL, COMPANY, ACCOUNT_MANAGER = "language", "channel", "company", "account_manager"
_PAIR, _BASE = "traits", "base"


@dataclass(frozen=True, slots=True)
class Way:
    """How a division divides: by this value of an answer, and only answers `of` this kind."""

    value: Combinable
    of: Q = field(default_factory=Q)


def trait_of(name: str, *, field: str = "traits") -> Combinable:
    """The value of a trait as text, whatever its name is made of."""
    return Func(F(field), Value(name), function="jsonb_extract_path_text", output_field=TextField())


# The company and the account manager are those of the customer's record where the answer did not bring its own.
OF_ANSWER: dict[str, Callable[[], Combinable]] = {
    LANGUAGE: lambda: F("language"),
    CHANNEL: lambda: F("channel"),
    COMPANY: lambda: Coalesce(trait_of(COMPANY_TRAIT), trait_of(COMPANY_TRAIT, field="contact__traits")),
    ACCOUNT_MANAGER: lambda: NullIf("contact__account_manager", Value("")),
}


# The customer base are the company's own customers who have not left; their answers by what is known of them.
OF_BASE = Q(contact__isnull=False, contact__survey=None, contact__churned_at=None)
BY_BASE: dict[str, Callable[[], Combinable]] = {
    LANGUAGE: lambda: NullIf("contact__language", Value("")),
    COMPANY: lambda: NullIf(trait_of(COMPANY_TRAIT, field="contact__traits"), Value("")),
    ACCOUNT_MANAGER: OF_ANSWER[ACCOUNT_MANAGER],
}
# Of an ask they are those of the customer's record, and the language of the mail where that has none.
OF_ASK: dict[str, Callable[[], Combinable]] = {
    LANGUAGE: lambda: Coalesce(NullIf("contact__language", Value("")), NullIf("language", Value(""))),
    COMPANY: BY_BASE[COMPANY],
    ACCOUNT_MANAGER: OF_ANSWER[ACCOUNT_MANAGER],
}


def as_value(expression: Combinable) -> Combinable:
    """As the text by which answers are grouped, "" where there is none."""
    return Coalesce(Cast(expression, TextField()), Value(""), output_field=TextField())


def pair_of(names: Sequence[str]) -> tuple[str, list[str]] | None:
    """The division by two traits, and these in its order; None unless both are marked. One query."""
    marks = list(MarkedTrait.objects.exclude(state=State.REFUSED).filter(name__in=names).order_by("pk"))
    if len(set(names)) != 2 or len(marks) != 2:
        return None
    return _pair_name(*(mark.pk for mark in marks)), [mark.name for mark in marks]


def base_name(by: str) -> str:
    """The division of the customer base's answers by one of BY_BASE."""
    return f"{_BASE} {by}"


def all_divisions() -> dict[str, Way]:
    """The name of each division with how it divides; one query."""
    found = {name: Way(as_value(value())) for name, value in OF_ANSWER.items()}
    found |= {base_name(by): Way(as_value(value()), OF_BASE) for by, value in BY_BASE.items()}
    marks = MarkedTrait.objects.exclude(state=State.REFUSED).order_by("pk")
    for one, other in combinations(marks, 2):
        found[_pair_name(one.pk, other.pk)] = Way(both_traits([one.name, other.name]))
    return found


def both_traits(names: Sequence[str]) -> Combinable:
    """Two traits of an answer as the text of a JSON list, with null for one that is missing."""
    parts = [Func(F("traits"), Value(name), function="jsonb_extract_path", output_field=JSONField()) for name in names]
    return Cast(Func(*parts, function="jsonb_build_array", output_field=JSONField()), TextField())


def one_of_both(place: int, of_it: Q | None = None) -> Combinable:
    """The first (0) or second (1) of the two traits in `value`, as JSON.

    `of_it`: which rows have two traits in `value`; that of others is no JSON, and the database may look at them first.
    """
    found = Func(F("value"), template=f"((%(expressions)s)::jsonb -> {place:d})", output_field=JSONField())
    return found if of_it is None else Case(When(of_it, then=found), output_field=JSONField())


def _pair_name(one: int, other: int) -> str:
    return f"{_PAIR} {one} {other}"  # the marks' ids: they are never used twice
