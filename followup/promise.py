"""What the thank-you page may promise: fills the hook that surveys offers."""

from math import ceil

from followup.models import ClockRuns, Play
from followup.services import calendars, playbooks
from surveys.hooks import Promise
from surveys.models import Response, ResponseState
from surveys.services.decisions import state_for_customer


def promise_of(response: Response) -> Promise | None:
    """Contact within the play's hours, for an answer that counts, whose play opens a ticket, of who can be reached.

    The page of a discarded answer says what it said before: its reader need not learn of it.
    """
    if response.is_imported or not response.can_be_reached or state_for_customer(response) != ResponseState.CONFIRMED:
        return None
    play = playbooks.plays_for(response.survey_id, {response.score})[response.score]
    if not play.opens_ticket or play.hours is None:
        return None
    return Promise(hours=_hours_of_the_clock(response, play, play.hours))


def _hours_of_the_clock(response: Response, play: Play, hours: int) -> int:
    """Hours of service in those that a customer counts, so that none are promised that nobody works."""
    if play.hours_run == ClockRuns.ALWAYS:
        return hours
    calendar = calendars.calendar_of_team(play.team_id or response.survey.team_id)
    due = calendars.hours_for(play.hours_run, calendar).add(response.counts_from, hours * 3600)
    return ceil((due - response.counts_from).total_seconds() / 3600)
