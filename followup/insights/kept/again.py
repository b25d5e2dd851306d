"""Count the figures of a page anew, with the rights and in the language of the person who opened it."""

import logging
import time
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, QueryDict
from django.urls import resolve
from django.utils import translation

from followup.insights.kept import store
from followup.insights.kept.address import Address
from followup.insights.kept.reading import keeps_figures
from nps_project.accounts.models import User
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


def count_of_the_day(at: datetime) -> int:
    """Count what was opened in the last days for the day that has begun, each page once; more in the next run.

    Returns: how many pages. A page that fails stops no other one, and is tried again after A_WHILE_S.
    """
    day, ends = company_day(at), time.monotonic() + AT_ONCE.total_seconds()
    count = 0
    for address in store.opened_since(at - OPENED, at - OPENED_WITH_FILTERS):
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
