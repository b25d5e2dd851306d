"""What an answer's page shows of themes."""

from datetime import datetime
from typing import Any

from followup.insights.themes.models import Suggestion, precision_in_force
from nps_project.accounts.models import User
from surveys.models import Response


def shown(user: User, answer: Response, at: datetime) -> dict[str, Any] | None:
    """The cause that the words suggest; None without one. One query."""
    rows = Suggestion.objects.filter(response=answer, cause__is_active=True, confidence__gte=precision_in_force())
    found = rows.select_related("cause").first()
    if found is None:
        return None
    words = [word for word, _weight in found.words]
    return {"name": found.cause.name, "confidence": found.confidence, "words": words}
