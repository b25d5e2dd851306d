"""Customers who did not answer, and a sample call list of some of them: on the phone they are less happy."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext_noop

from followup.demo.clock import Clock
from followup.demo.quiet import hush
from followup.insights.figures.periods import Period
from followup.insights.silence.calls import services
from followup.insights.silence.figures.asked import Scope
from followup.insights.silence.models import Call, CallState
from followup.models import Outcome, RootCause
from followup.tickets import actions, opening
from nps_project.accounts.models import User
from nps_project.common.dates import company_day
from surveys.campaigns.by_call import asking
from surveys.campaigns.of_contacts.phone_form import language_for
from surveys.models import Campaign, Contact, Invitation, InvitationStatus, Survey
from surveys.services.phone_answers import record_by_phone
from surveys.services.responses import NewAnswer, Origin

_DAY = timedelta(days=1)
_FOR_EACH = 2  # links that were not answered, for each that was
_DRAWN, _BEGAN = 70, 16  # customers, and days before now
_LEAST_CALLED = 25  # of a small shop, so that ten of them say something
_SCORES = (3, 8, 9, 5, 7, 10, 2, 8, 6, 9, 4, 7, 0, 8)
_SAID = {
    0: gettext_noop("I stopped reading your mails after the last delivery."),
    2: gettext_noop("Nobody ever called back, so why answer?"),
    3: gettext_noop("Two parcels came broken, and I gave up."),
    9: gettext_noop("All fine, I just never answer mails."),
}


def make_silent_links(surveys: Sequence[Survey], contacts: Mapping[int, Contact]) -> None:
    """Beside each personal link that was answered others that were not, businesses' and Danes' above all."""
    known = [contact for _number, contact in sorted(contacts.items())]
    pool = known + [one for one in known if one.traits.get("plan") == "business" or one.language == "da"]
    answered = Invitation.objects.filter(survey__in=surveys, campaign=None, status=InvitationStatus.ANSWERED)
    made = []
    for number, (survey_id, at) in enumerate(answered.order_by("pk").values_list("survey", "created_at")):
        for place in range(_FOR_EACH):
            contact = pool[(number * 31 + place * 17) % len(pool)]
            made.append(Invitation(survey_id=survey_id, contact=contact, created_at=at + timedelta(minutes=place)))
    Invitation.objects.bulk_create(made, batch_size=500)


def make_call_list(surveys: Sequence[Survey], agents: Mapping[int, Sequence[User]], clock: Clock) -> int:
    """Draw some of the silent of the campaign that has ended, and call most. Returns: how many gave a score."""
    campaign = Campaign.objects.filter(survey__in=surveys, status="finished").select_related("survey").first()
    if campaign is None or campaign.started_at is None:
        return 0
    survey, callers = campaign.survey, agents[campaign.survey_id]
    days = Period(company_day(campaign.started_at), company_day(clock.now))
    scope = Scope(Survey.objects.filter(pk=survey.pk), days, campaign)
    try:
        drawn = services.draw(
            name=gettext_noop("Sample: the silent ones of this autumn"), scope=scope, survey=survey, by=callers[-1],
            number=_DRAWN, campaign=campaign, days=(days.first, days.last),
        )  # fmt: skip
    except services.NobodyToCall:
        return 0
    began = clock.now - _BEGAN * _DAY
    type(drawn).objects.filter(pk=drawn.pk).update(created_at=began)
    calls = list(drawn.calls.select_related("contact").order_by("place"))
    said = [
        _call(call, survey, callers[call.place % len(callers)], clock)
        for call in calls[: max(_LEAST_CALLED, len(calls) * 8 // 10)]
    ]
    Call.objects.bulk_update(calls, ["state", "tries", "caller", "done_at", "response"])
    return sum(said)


def _call(call: Call, survey: Survey, by: User, clock: Clock) -> bool:
    """One call; whether it gave a score."""
    at = clock.at_work(clock.now - (_BEGAN - 1) * _DAY + call.place * timedelta(hours=6))
    call.caller, call.done_at = by, at
    if call.place % 10 in (3, 6, 9):
        call.state, call.tries = CallState.NOT_REACHED, services.MOST_TRIES
        return False
    if call.place % 10 == 8:
        call.state = CallState.REFUSED
        asking.keep_refusal(survey=survey, contact_id=call.contact_id, by=by, at=at)
        return False
    score = _SCORES[call.place % len(_SCORES)]
    origin = Origin(
        channel="phone", language=language_for(call.contact, survey), contact_id=call.contact_id,
        traits=call.contact.traits, answered_at=at, recorded_at=at,
    )  # fmt: skip
    said = NewAnswer(score, _SAID.get(score, ""))
    call.state = CallState.ANSWERED
    call.response_id = record_by_phone(survey=survey, answer=said, origin=origin, by=by).response_id
    _follow_up(call.response_id, by, at)
    return True


def _follow_up(response_id: int, by: User, at: datetime) -> None:
    """The unhappy were on the phone already: they were heard, and their tickets are done."""
    ticket = opening.open_for_response(response_id, at=at + timedelta(seconds=1))
    if ticket is None:
        return
    cause = RootCause.objects.filter(is_active=True).order_by("pk")[response_id % 3]
    done = at + timedelta(minutes=10)
    actions.resolve(
        ticket_id=ticket.pk, by=by, outcome=Outcome.KEPT, root_cause=cause, note=gettext_noop("Heard on the phone."),
        at=done,
    )  # fmt: skip
    hush(ticket.pk, done)
