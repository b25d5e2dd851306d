"""Read figures that take long from what was kept of them, and have them counted anew behind the reader's back.

A reader of figures is marked by `kept`, a page by `kept_figures`. A page that is counted quickly is counted each time
(FIGURES_KEPT_FROM_MS), so that nothing changes where a company is small; of another one all figures are kept. What was
kept is shown at once, with the time when it was counted; when that is longer ago than FRESH, the page is counted anew
in the background for whoever comes next.
"""

import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import wraps
from http import HTTPStatus
from inspect import signature
from typing import Any, ParamSpec, TypeVar, cast

from django.conf import settings
from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.translation import get_language

from followup.insights.kept import store
from followup.insights.kept.address import Address
from followup.insights.kept.changes import known_changes
from followup.insights.kept.digest import digest_of
from nps_project.accounts.permissions import StaffRequest

P = ParamSpec("P")
T = TypeVar("T")
View = TypeVar("View", bound=Callable[..., HttpResponseBase])
Again = Callable[[Address, list[str]], None]

FRESH = timedelta(minutes=1)
_again: list[Again] = []


@dataclass
class Asking:
    """One page that asks for figures. `since`: what was counted before that is counted anew. `forgotten`: how often all
    was forgotten until now; `changes`: what the database knew of. `by`: the id of who asks.

    `found`: the names of kept figures on it; `counted_at`: when the oldest of them were counted. `counted`: those that
    were counted now, by their names, which `took_ms`. `is_slow`: together they take long, or some of them were kept.
    """

    forgotten: int
    changes: str
    by: int
    since: datetime | None = None
    found: list[str] = field(default_factory=list)
    counted_at: datetime | None = None
    counted: dict[str, store.Entry] = field(default_factory=dict)
    took_ms: float = 0.0
    is_slow: bool = False

    @property
    def generation(self) -> str:
        """Another one after all was forgotten, and after each change."""
        return f"{self.forgotten} {self.changes}"

    @property
    def is_old(self) -> bool:
        """Whether newer figures are wanted."""
        return self.counted_at is not None and self.counted_at < timezone.now() - FRESH


_asking: ContextVar[Asking | None] = ContextVar("asking", default=None)


def count_again_by(again: Again) -> None:
    """Set who counts a page anew in the background, given its kept figures' names; called once, in ready()."""
    _again[:] = [again]


def kept(read: Callable[P, T]) -> Callable[P, T]:
    """Mark a reader of figures: while a page of `kept_figures` asks, what takes long is read from what was kept."""

    taken = signature(read)

    @wraps(read)
    def reading(*args: P.args, **kwargs: P.kwargs) -> T:
        asking = _asking.get()
        if asking is None:
            return read(*args, **kwargs)
        reader = f"{read.__module__}.{read.__qualname__}"
        digest = digest_of(reader, taken.bind(*args, **kwargs).arguments, generation=asking.generation)
        return _read(asking, digest, lambda: read(*args, **kwargs))

    return reading


def _read(asking: Asking, name: str, read: Callable[[], T]) -> T:
    entry = store.find(name)
    if entry is not None and (asking.since is None or entry.counted_at >= asking.since):
        asking.is_slow = True
        asking.found.append(name)
        asking.counted_at = min(entry.counted_at, asking.counted_at or entry.counted_at)
        return cast(T, entry.value)
    began_at, began = timezone.now(), time.perf_counter()
    found = read()
    asking.took_ms += 1000 * (time.perf_counter() - began)
    asking.counted[name] = store.Entry(found, began_at)
    return found


def _keep(asking: Asking) -> None:
    asking.is_slow = asking.is_slow or asking.took_ms >= settings.FIGURES_KEPT_FROM_MS
    for name, entry in asking.counted.items():
        if asking.is_slow:
            store.keep(name, entry, asking.forgotten, asking.by)
        elif asking.since is not None:  # what was kept has become quick
            store.drop(name)


def kept_figures(view: View) -> View:
    """Mark a view whose figures may be those that were kept. It finds them as `request.figures`, an Asking; or None
    where all are counted now."""

    @wraps(view)
    def showing(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if (forgotten := store.generation()) is None:
            return view(request, *args, **kwargs)
        since = getattr(request, "figures_since", None)
        asking = Asking(forgotten, known_changes(), request.user.pk, since)
        request.figures = asking  # type: ignore[attr-defined]
        token = _asking.set(asking)
        try:
            response = view(request, *args, **kwargs)
        finally:
            _asking.reset(token)
        _keep(asking)
        if since is None and asking.is_slow and response.status_code == HTTPStatus.OK:
            _opened(request, response, asking)
        return response

    showing.keeps_figures = True  # type: ignore[attr-defined]  # decorators around it have it from this one
    return cast(View, showing)


def keeps_figures(view: Callable[..., Any]) -> bool:
    """Whether a view is marked by `kept_figures`."""
    return getattr(view, "keeps_figures", False)


def _opened(request: StaffRequest, response: HttpResponseBase, asking: Asking) -> None:
    address = Address(request.user.pk, get_language() or "", request.get_full_path())
    if response.headers.get("Content-Type", "").startswith("text/html"):  # a file is made of the page's figures
        store.note(address, timezone.now())
    if asking.is_old:
        for again in _again:
            again(address, asking.found)
