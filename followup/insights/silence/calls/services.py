"""Draw a call list, and call its customers: claimed, then answered, refused or not reached. Each is one transaction."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from followup.errors import InvalidAction, WrongState
from followup.insights.silence.calls import frame
from followup.insights.silence.figures.asked import Scope, said_since
from followup.insights.silence.models import OPEN_CALLS, Call, CallList, CallListState, CallState
from nps_project.accounts.models import User
from nps_project.background import sweep
from nps_project.background.sweep import Sweep
from nps_project.common.text import shown
from surveys.campaigns import rules
from surveys.campaigns.by_call import asking
from surveys.campaigns.of_contacts.phone_form import language_for, texts_for
from surveys.contacts.services import save_contact
from surveys.models import AskReason, Campaign, Contact, Survey, SurveyStatus, Unsubscription
from surveys.services.phone_answers import record_by_phone
from surveys.services.responses import NewAnswer, Origin

CLAIMED_FOR = timedelta(minutes=30)  # then somebody else may call
MOST_TRIES = 3
BETWEEN_TRIES = timedelta(hours=4)
LOOKED_AT = 100  # customers who may have to be passed over, by one claim


class NobodyToCall(InvalidAction):
    """Of those who did not answer nobody can be called."""

    code = "nobody_to_call"


@transaction.atomic
def draw(
    *, name: str, scope: Scope, survey: Survey, by: User, number: int | None = None, share: float | None = None,
    campaign: Campaign | None = None, days: tuple[date, date] | None = None,
) -> CallList:  # fmt: skip
    """Draw a number of those silent customers who can be called, or a share of them, and begin to call.

    Raises: NobodyToCall.
    """
    first_day, last_day = days or (None, None)
    made = CallList.objects.create(
        name=shown(name).strip(), survey=survey, campaign=campaign, first_day=first_day, last_day=last_day,
        created_by=by,
    )  # fmt: skip
    counts = frame.draw(scope, survey.pk, call_list_id=made.pk, seed=made.seed, number=number, share=share)
    if not counts.drawn:
        raise NobodyToCall("survey", survey.slug, f"silent customers who can be called; {counts.silent} are silent")
    for one in ("silent", "reachable", "promoters", "passives", "detractors", "asked", "drawn"):
        setattr(made, one, getattr(counts, one))
    made.save()
    return made


@transaction.atomic
def claim(*, call_list_id: int, by: User, at: datetime) -> Call | None:
    """The next customer for this person to call, or the one they have; None when nobody can be called now.

    Two people never get the same: the row is locked, and others pass it over. Nor does one who asks twice at once get
    two: their own row is locked first. The customer counts as asked from here on. Raises: WrongState for a list that is
    over, and for a survey that is not live.
    """
    list(User.objects.select_for_update(no_key=True).filter(pk=by.pk).values("pk"))
    call_list = CallList.objects.select_related("survey").get(pk=call_list_id)
    if mine := current(call_list, by):
        return mine
    if not call_list.is_running:
        raise WrongState("state", call_list.state, CallListState.RUNNING)
    survey = call_list.survey
    if survey.status != SurveyStatus.LIVE or survey.is_expired(at):
        raise WrongState("survey", survey.status, SurveyStatus.LIVE)
    _pass_over(call_list, at)
    for most in (1, LOOKED_AT):
        found = list(_next(call_list, at)[:most])
        decided = asking.claim_first(survey, [call.contact for call in found], at)
        _keep([call for call in found if call.contact_id in decided.kept], decided, at)
        if (claimed := decided.claimed) is not None:
            call = next(call for call in found if call.contact_id == claimed.contact_id)
            call.state, call.caller, call.claimed_at = CallState.CLAIMED, by, at
            call.asked_before = claimed.asked_before
            call.save(update_fields=["state", "caller", "claimed_at", "asked_before"])
            return call
    _finish_if_done(call_list_id, at)
    return None


def current(call_list: CallList, by: User) -> Call | None:
    """The customer whom this person calls; one query."""
    rows = Call.objects.filter(call_list=call_list, state=CallState.CLAIMED, caller=by)
    return rows.select_related("contact", "call_list__survey").defer("contact__search_vector").first()


def _next(call_list: CallList, at: datetime) -> QuerySet[Call]:
    rows = Call.objects.filter(
        Q(not_before=None) | Q(not_before__lte=at), call_list=call_list, state=CallState.WAITING,
        call_list__state=CallListState.RUNNING,
    )  # fmt: skip
    rows = rows.select_related("contact").defer("contact__search_vector").order_by("place")
    return rows.select_for_update(of=("self",), no_key=True, skip_locked=True)


def _pass_over(call_list: CallList, at: datetime) -> None:
    """Those who answered by themselves meanwhile, and those who may not be called any more; two statements."""
    waiting = Call.objects.filter(call_list=call_list, state=CallState.WAITING)
    said = said_since(OuterRef("contact"), call_list.survey_id, call_list.created_at)
    waiting.filter(said).update(state=CallState.ANSWERED, done_at=at)
    left = Unsubscription.objects.filter(contact=OuterRef("contact"), survey=call_list.survey_id)
    gone = Q(contact__unsubscribed_at__isnull=False) | Q(Exists(left))
    for reason, which in (
        (AskReason.DO_NOT_CONTACT, Q(contact__do_not_contact=True)),
        (AskReason.UNSUBSCRIBED, gone),
        (AskReason.NO_ADDRESS, Q(contact__phone="")),
    ):
        waiting.filter(which).update(state=CallState.LEFT_OUT, reason=reason, done_at=at)


def _keep(calls: Sequence[Call], decided: asking.Decided, at: datetime) -> None:
    """Who is in quarantine is called when it ends; who may not be asked is left out."""
    for call in calls:
        why = decided.kept[call.contact_id]
        if isinstance(why, rules.Held):
            call.not_before = why.until
        else:
            call.state, call.reason, call.done_at = CallState.LEFT_OUT, why.reason, at
    Call.objects.bulk_update(calls, ["not_before", "state", "reason", "done_at"])


@transaction.atomic
def record_answer(*, call_id: int, answer: NewAnswer, by: User, at: datetime) -> Call:
    """Keep what the customer said on the phone, by the door of every answer by phone.

    Also when their turn had lapsed, or a colleague has it meanwhile: what a customer said is never lost. Raises:
    WrongState when they have answered already; InvalidAnswer.
    """
    call = _locked(call_id)
    if call.state == CallState.ANSWERED:
        raise WrongState("state", call.state, CallState.CLAIMED)
    survey, contact = call.call_list.survey, call.contact
    texts = texts_for(contact, survey)
    origin = Origin(
        channel="phone", language=language_for(contact, survey), contact_id=contact.pk,
        texts_id=texts.pk if texts else None, traits=contact.traits,
    )  # fmt: skip
    call.response_id = record_by_phone(survey=survey, answer=answer, origin=origin, by=by).response_id
    return _done(call, CallState.ANSWERED, by, at)


@transaction.atomic
def record_refusal(*, call_id: int, by: User, at: datetime, leave_alone: bool = False) -> Call:
    """The customer was reached and does not want to say. `leave_alone`: nobody is to contact them again.

    Raises: WrongState when this person does not call them any more.
    """
    call = _own(call_id, by)
    asking.keep_refusal(survey=call.call_list.survey, contact_id=call.contact_id, by=by, at=at)
    if leave_alone:
        save_contact(call.contact, {"do_not_contact": True}, by=by)
    return _done(call, CallState.REFUSED, by, at)


@transaction.atomic
def record_not_reached(*, call_id: int, by: User, at: datetime) -> Call:
    """Nobody answered the phone: tried again later, MOST_TRIES times in all. They are as if not asked.

    Raises: WrongState when this person does not call them any more.
    """
    call = _own(call_id, by)
    _give_back(call)
    call.tries += 1
    if call.tries >= MOST_TRIES:
        return _done(call, CallState.NOT_REACHED, by, at)
    call.not_before = at + BETWEEN_TRIES
    return _wait(call)


@transaction.atomic
def give_up(*, call_id: int, by: User) -> Call:
    """Not called now: the customer is the next one's, or one's own again later. Raises: WrongState."""
    call = _own(call_id, by)
    _give_back(call)
    return _wait(call)


@transaction.atomic
def stop(*, call_list_id: int, at: datetime) -> None:
    """Nobody else is called; who is on the phone may still finish. Raises: WrongState for a list that is over."""
    running = CallList.objects.filter(pk=call_list_id, state=CallListState.RUNNING)
    if not running.update(state=CallListState.STOPPED, ended_at=at):
        raise WrongState("state", "over", CallListState.RUNNING)


def _locked(call_id: int) -> Call:
    rows = Call.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("contact", "call_list__survey").defer("contact__search_vector").get(pk=call_id)


def _own(call_id: int, by: User) -> Call:
    call = _locked(call_id)
    if call.state != CallState.CLAIMED or call.caller_id != by.pk:
        raise WrongState("state", call.state, CallState.CLAIMED)
    return call


def _give_back(call: Call) -> None:
    if call.claimed_at is not None:
        list(Contact.objects.filter(pk=call.contact_id).select_for_update(no_key=True).values_list("pk"))
        asking.give_back([(call.contact_id, call.claimed_at, call.asked_before)])


def _wait(call: Call) -> Call:
    call.state, call.claimed_at, call.asked_before = CallState.WAITING, None, None
    call.save(update_fields=["state", "claimed_at", "asked_before", "tries", "not_before"])
    return call


def _done(call: Call, state: CallState, by: User, at: datetime) -> Call:
    call.state, call.caller, call.claimed_at, call.done_at = state, by, None, at
    call.save(update_fields=["state", "caller", "claimed_at", "done_at", "tries", "response"])
    _finish_if_done(call.call_list_id, at)
    return call


def _finish_if_done(call_list_id: int, at: datetime) -> None:
    if not Call.objects.filter(call_list=call_list_id, state__in=OPEN_CALLS).exists():
        CallList.objects.filter(pk=call_list_id, state=CallListState.RUNNING).update(
            state=CallListState.FINISHED, ended_at=at
        )


def _lapsed(at: datetime) -> QuerySet[Call]:
    return Call.objects.filter(state=CallState.CLAIMED, claimed_at__lt=at - CLAIMED_FOR).order_by("claimed_at")


@transaction.atomic
def lapse(call_id: int, at: datetime) -> bool:
    """Give a customer back whom somebody has taken and not called; False when something came of it meanwhile."""
    call = _lapsed(at).filter(pk=call_id).select_for_update(no_key=True).first()
    if call is None:
        return False
    _give_back(call)
    _wait(call)
    return True


LAPSE = sweep.add(Sweep("silence.lapse", _lapsed, lapse))
