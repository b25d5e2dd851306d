"""The tables that hold something of a customer; each app registers its own in ready().

One declaration of a table says which rows are theirs, what is given out of them, and what erasing leaves.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import GeneratedField, Model, Q, QuerySet

from nps_project.accounts.models import User

Words = Any  # a lazy translation, or text
AT_ONCE = 200  # rows that are held in memory while they are given out


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose rows: one customer, or one answer of somebody who is not known.

    `born_at` is when the row `row_id` was made: with it an id means the same row in a restored database. `ids`: their
    rows by the label of the model. `abouts`: how deliveries name what is theirs. `addresses`, and the company's own
    `numbers`, are in lower case; `words` are texts, and `links` addresses of pages, by which a row about
    several customers names or quotes this one.
    """

    kind: str
    row_id: int
    born_at: datetime
    name: str = ""
    known_by: tuple[str, ...] = ()
    erased_at: datetime | None = None
    ids: Mapping[str, frozenset[int]] = field(default_factory=dict)
    abouts: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    links: frozenset[str] = frozenset()

    def of(self, label: str) -> frozenset[int]:
        """The ids of their rows of a model."""
        return self.ids.get(label, frozenset())

    def is_known_by(self, typed: str) -> bool:
        """Whether this is one of the texts that they are known by, upper and lower case alike."""
        return _plain(typed) in {_plain(one) for one in self.known_by}

    def with_ids(self, label: str, ids: Iterable[int], *abouts: str, page: str = "") -> "Subject":
        """The same with rows of one more model. `abouts`: what comes before an id in a delivery's `about`; `page`: what
        comes before it in the address of the row's page."""
        found = frozenset(ids)
        named = {f"{prefix}{one}" for prefix in abouts for one in found}
        links = {f"{page}{one}/" for one in found if page}
        return replace(self, ids={**self.ids, label: found}, abouts=self.abouts | named, links=self.links | links)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


@dataclass(frozen=True, slots=True)
class Erasing:
    """One run of erasing: when, and by whom; None for the command line."""

    at: datetime
    by: User | None = None


@dataclass(frozen=True)
class Table:
    """One model. `of`: which rows are theirs.

    Erasing deletes the rows (`deletes`), or writes `empties` into those that `only` selects, and the time into `marks`.
    `stays`: texts that erasing leaves, each with the reason. `hides`: columns that are not given out: secrets, and what
    says nothing to a person. `is_last`: it locks rows of figures, which are locked last.
    """

    key: str
    model: str
    of: Callable[[Subject], Q]
    empties: Mapping[str, Any] = field(default_factory=dict)
    deletes: bool = False
    only: Q = field(default_factory=Q)
    marks: str = ""
    stays: Mapping[str, str] = field(default_factory=dict)
    hides: Collection[str] = ()
    is_last: bool = False

    def rows(self, subject: Subject) -> QuerySet[Any]:
        model: type[Model] = apps.get_model(self.model)
        return model._base_manager.filter(self.of(subject))

    def count(self, subject: Subject) -> int:
        """How many rows there are; one query."""
        return self.rows(subject).count()

    def given(self, subject: Subject) -> Iterator[dict[str, Any]]:
        """Each row by the names of its columns, as it is stored; one query."""
        fields = apps.get_model(self.model)._meta.concrete_fields
        names = [one.attname for one in fields if not _is_search(one) and one.name not in self.hides]
        yield from self.rows(subject).order_by("pk").values(*names).iterator(chunk_size=AT_ONCE)

    def erase(self, subject: Subject, erasing: Erasing) -> int:
        """Erase what is left. Returns: how many rows held something; a second time, none."""
        rows = self.rows(subject).filter(self.only)
        if self.deletes:
            return rows.delete()[1].get(self.model, 0)
        if not self.empties:
            return 0
        return rows.filter(self.not_empty()).update(**self.empties, **self.marked(erasing))

    def not_empty(self) -> Q:
        """The rows in which something is left to erase."""
        left = Q()
        for name, value in self.empties.items():
            left |= Q(**{f"{name}__isnull": False}) if value is None else ~Q(**{name: value})
        return left

    def marked(self, erasing: Erasing) -> dict[str, Any]:
        return {self.marks: erasing.at} if self.marks else {}


def _is_search(one: Any) -> bool:
    return isinstance(one, GeneratedField) and one.name == "search_vector"


@dataclass(frozen=True, slots=True)
class Part:
    """Tables that belong together, under a name that people read."""

    name: Words
    tables: tuple[Table, ...]


Find = Callable[[int, bool], Subject | None]
Widen = Callable[[Subject, bool], Subject]
Act = Callable[[Subject, Erasing], None]

PARTS: list[Part] = []
_finders: dict[str, Find] = {}
_widen: list[Widen] = []
ACTS: list[Act] = []


def add(part: Part) -> None:
    """Add a part, after those that are there."""
    PARTS.append(part)


def find_by(kind: str, find: Find) -> None:
    """Set who finds subjects of a kind by the id of their row; with True it locks the rows that it names."""
    _finders[kind] = find


def widen_by(widen: Widen) -> None:
    """Add who knows further rows of a subject; with True it locks them. Called in the order of the apps."""
    _widen.append(widen)


def then(act: Act) -> None:
    """Add what else erasing changes, when the tables are emptied, in the same transaction."""
    ACTS.append(act)


def find(kind: str, row_id: int, *, is_locked: bool = False) -> Subject | None:
    """The subject, or None. `is_locked`: until the end of the caller's transaction its rows are locked, in the order in
    which the product locks them elsewhere."""
    subject = _finders[kind](row_id, is_locked) if kind in _finders else None
    if subject is not None:
        for widen in _widen:
            subject = widen(subject, is_locked)
    return subject


def tables() -> list[Table]:
    """Every table, those that are locked last at the end."""
    found = [table for part in PARTS for table in part.tables]
    return sorted(found, key=lambda table: table.is_last)
