"""What a change of a person means for their reports."""

from collections.abc import Collection
from typing import Any

from django.utils import timezone

from followup.insights.reports import sending
from nps_project.accounts.models import User


def keep_the_hour(
    sender: type[User], *, instance: User, created: bool, update_fields: Collection[str] | None = None, **kwargs: Any
) -> None:
    """A report comes at the same hour of the clock after its reader has moved to another time zone."""
    if not created and (update_fields is None or "time_zone" in update_fields):
        sending.move_to_zone(instance, timezone.now())
