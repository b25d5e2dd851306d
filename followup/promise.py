"""What the thank-you page may promise: fills the hook that surveys offers."""

from followup.services import playbooks
from surveys.hooks import Promise
from surveys.models import Response, ResponseState


def promise_of(response: Response) -> Promise | None:
    """Contact within the play's hours, for a confirmed answer whose play opens a ticket and who can be reached."""
    if response.state != ResponseState.CONFIRMED or response.is_imported or not response.can_be_reached:
        return None
    play = playbooks.plays_for(response.survey_id, {response.score})[response.score]
    return Promise(hours=play.hours) if play.opens_ticket and play.hours is not None else None
