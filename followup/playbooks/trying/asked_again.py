"""Whom a changed play would have asked again of the customers whose tickets were resolved. Stores nothing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy

from followup.models import Outcome
from followup.playbooks.services import PlayDraft
from surveys.campaigns import rules
from surveys.campaigns.people import People, rows_of_people
from surveys.models import AskReason, Response

MOST_ASKED = 2_000
_REASONS: dict[str, Any] = {
    **dict(AskReason.choices),
    Outcome.UNREACHABLE.value: gettext_lazy("nobody got hold of them"),
}


@dataclass(frozen=True, slots=True)
class AskedAgain:
    """Whom a play would have asked again: of `resolved` tickets `asked`, the others by the reason why not."""

    days: int
    resolved: int
    asked: int
    reasons: tuple[tuple[str, int], ...]


def count(answers: Sequence[Response], draft: PlayDraft) -> AskedAgain | None:
    """By the one rule of asking, as customers are now; of the newest MOST_ASKED resolved tickets. Three queries."""
    days = draft.fields["ask_again_days"]
    if not days:
        return None
    resolved = [one for one in answers if hasattr(one, "ticket") and one.ticket.resolved_at is not None][:MOST_ASKED]
    contacts = [one.contact for one in resolved if one.contact is not None]
    people = People(list(rows_of_people(contacts)), [one.survey_id for one in resolved]) if contacts else None
    reasons: Counter[str] = Counter(_why_not_again(one, people) for one in resolved)
    asked = reasons.pop("", 0)
    words = tuple((str(_REASONS.get(reason, reason)), number) for reason, number in reasons.most_common())
    return AskedAgain(days, len(resolved), asked, words)


def _why_not_again(answer: Response, people: People | None) -> str:
    if answer.ticket.outcome == Outcome.UNREACHABLE:
        return Outcome.UNREACHABLE.value
    if people is None or answer.contact is None or not answer.ticket.can_be_reached:
        return AskReason.NO_ADDRESS.value
    return rules.never_mailed(people.customer(people.row(answer.contact.pk) or answer.contact, answer.survey_id))
