"""What an answer's page shows of praise."""

from datetime import datetime
from typing import Any

from followup.insights.praise.services import is_praise, suggestions
from followup.presentation.wording import when
from nps_project.accounts.models import Role, User
from surveys.models import Response


def shown(user: User, answer: Response, at: datetime) -> dict[str, Any] | None:
    """Whom a promoter's words name, and to whom they went; None where that is nobody. At most two queries."""
    if not is_praise(answer):
        return None
    found = suggestions(answer)
    people = found.people if user.is_at_least(Role.AGENT) else []
    if not people and not found.passed_on:
        return None
    passed_on = [(praise.person, praise.by, when(praise.at, at)) for praise in found.passed_on]
    return {"people": people, "passed_on": passed_on}
