"""Background work of figures that are kept."""

from datetime import datetime

from celery import shared_task
from django.utils import timezone

from followup.insights.kept import again, store
from followup.insights.kept.address import Address

SOON_S = 60  # a page is counted anew at most so often, whoever opens it
LATE_S = 600  # a message that waited so long is dropped: whoever opens the page next sends another


def soon(address: Address) -> None:
    """Have a worker count a page anew."""
    if store.claim(address.digest(), SOON_S):
        count_again.apply_async(
            (address.packed(), timezone.now().isoformat()), expires=LATE_S, retry=False, ignore_result=True
        )


@shared_task(name="figures.count_again")
def count_again(packed: str, since: str) -> None:
    """Count the figures of a page that were counted before `since`."""
    again.recount(Address.unpacked(packed), datetime.fromisoformat(since))


@shared_task(name="figures.of_the_day")
def of_the_day() -> None:
    """The sweep: count for the new day what was opened in the last ones."""
    again.count_of_the_day(timezone.now())
