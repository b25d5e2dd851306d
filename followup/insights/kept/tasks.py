"""Background work of figures that are kept."""

import logging
from collections.abc import Sequence
from datetime import datetime

from celery import shared_task
from django.utils import timezone

from followup.insights.kept import again, store
from followup.insights.kept.address import Address

logger = logging.getLogger(__name__)

SOON_S = 60  # figures are counted anew at most so often, whoever opens a page with them
LATE_S = 600  # a message that waited so long is dropped: whoever opens the page next sends another


def soon(address: Address, names: Sequence[str]) -> None:
    """Have a worker count a page anew, unless all its kept figures, by their names, are being counted for somebody."""
    claimed = [store.claim(name, SOON_S) for name in names]
    if not any(claimed):
        return
    message = address.packed(), timezone.now().isoformat()
    try:
        count_again.apply_async(message, expires=LATE_S, retry=False, ignore_result=True)
    except Exception as error:  # noqa: BLE001  (whatever the broker's failure, the page has what was kept)
        logger.warning("newer figures are left to the next look: %s", type(error).__name__)


@shared_task(name="figures.count_again")
def count_again(packed: str, since: str) -> None:
    """Count the figures of a page that were counted before `since`."""
    again.recount(Address.unpacked(packed), datetime.fromisoformat(since))


@shared_task(name="figures.of_the_day")
def of_the_day() -> None:
    """The sweep: forget in the store's file what was forgotten, count for the new day what was opened in the last ones,
    then what anybody may open."""
    store.forget_in_file()
    at, ends = timezone.now(), again.ends_of_run()
    again.count_of_the_day(at, ends)
    again.count_for_all(at, ends)
