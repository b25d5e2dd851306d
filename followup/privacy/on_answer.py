"""On the page of an answer of which no contact is known: what is kept of it, and erasing it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from nps_project.accounts.models import Role, User
from surveys.models import Response


def shown(user: User, answer: Response, _at: datetime) -> Mapping[str, Any] | None:
    """For admins; None for others, and where the page of its contact has it."""
    if not user.is_at_least(Role.ADMIN) or answer.contact_id is not None or answer.invitation_id is not None:
        return None
    return {"answer": answer}
