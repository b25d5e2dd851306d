"""Count the figures of a page anew, with the rights and in the language of the person who opened it."""

import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cache
from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, QueryDict
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from django.utils import translation

from followup.insights.kept import store
from followup.insights.kept.address import Address
from followup.insights.kept.reading import keeps_figures
from nps_project.accounts.models import Role, User
from nps_project.common.dates import company_day, day_bounds

logger = logging.getLogger(__name__)

A_DAY_S = 86_400.0
A_WHILE_S = 1_800.0  # after which a page is counted again, that failed or whose worker was killed
OPENED = timedelta(days=35)  # a page of the board's monthly meeting is counted for the next one
OPENED_WITH_FILTERS = timedelta(days=8)  # one of the Monday meeting
AT_ONCE = timedelta(minutes=8)  # of one run at night


def recount(address: Address, since: datetime) -> bool:
    """Open the page as that person; figures that were counted before `since` are counted anew and kept.

    Returns: False for somebody who may not see it any more, and for an address that leads nowhere now.
    """
    user = User.objects.filter(pk=address.user_id, is_active=True).first()
    if user is None:
        return False
    parts = urlsplit(address.path)
    request = HttpRequest()
    request.method, request.path, request.path_info = "GET", parts.path, parts.path
    request.META.update(QUERY_STRING=parts.query, SERVER_NAME="localhost", SERVER_PORT="443")
    request.GET = QueryDict(parts.query)
    request.user = user
    request.figures_since = since  # type: ignore[attr-defined]
    with translation.override(address.language):
        try:
            found = resolve(parts.path)
            if not keeps_figures(found.func):
                return False
            found.func(request, *found.args, **found.kwargs)
        except (Http404, PermissionDenied):
            return False
    return True


def ends_of_run() -> float:
    """When a run that begins now has to end, by the monotonic clock."""
    return time.monotonic() + AT_ONCE.total_seconds()


def count_of_the_day(at: datetime, ends: float | None = None) -> int:
    """Count what was opened in the last days for the day that has begun, each page once; more in the next run.

    Returns: how many pages. A page that fails stops no other one, and is tried again after A_WHILE_S.
    """
    return _count(store.opened_since(at - OPENED, at - OPENED_WITH_FILTERS), at, ends)


def count_for_all(at: datetime, ends: float | None = None) -> int:
    """Count each page without filters for the day that has begun, as everybody reads it who sees all teams, whether
    somebody opened it or not: once in each language that one of them has. Returns: how many pages."""
    people = User.objects.filter(Q(all_teams=True) | Q(role=Role.ADMIN), is_active=True, is_service=False)
    readers = people.order_by("language", "pk").distinct("language")
    return _count([Address(user.pk, user.language, page) for user in readers for page in pages()], at, ends)


@cache
def pages() -> list[str]:
    """The paths of the pages with kept figures."""
    return sorted(_paths(get_resolver().url_patterns, "/"))


def _paths(patterns: Sequence[URLPattern | URLResolver], before: str) -> Iterator[str]:
    for one in patterns:
        path = f"{before}{one.pattern}"
        if isinstance(one, URLResolver):
            yield from _paths(one.url_patterns, path)
        elif keeps_figures(one.callback) and path.endswith("/") and "<" not in path:  # others are files of a page
            yield path


def _count(addresses: Iterable[Address], at: datetime, ends: float | None) -> int:
    ends = ends_of_run() if ends is None else ends
    day, count = company_day(at), 0
    for address in addresses:
        if time.monotonic() >= ends:
            break
        name = f"{day}.{address.digest()}"
        if not store.claim(name, A_WHILE_S):
            continue
        try:
            if not recount(address, day_bounds(day)[0]):
                store.put_away(address)
            store.hold(name, A_DAY_S)
        except Exception:
            page = urlsplit(address.path).path  # its filters may name a customer
            logger.exception("the figures of %s could not be counted for the new day", page)
        count += 1
    return count
