"""Each sweep with three rows that are due, for the tests of all sweeps."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from followup.conversations.case.models import CaseMessage
from followup.conversations.models import Message
from followup.escalation import services as escalation
from followup.insights.improvements.models import Improvement, Told
from followup.insights.praise.models import LovedWords
from followup.insights.silence.models import Call
from followup.insights.themes.models import Theme
from followup.insights.words.models import CommentTerms
from followup.models import DigestItem, RoutingRule, Stage, Ticket
from followup.tickets import actions
from nps_project.accounts.models import Team
from nps_project.api.models import IdempotentRequest
from nps_project.deliveries.inbound import sources
from nps_project.deliveries.models import Audience, Delivery, Status
from surveys.contacts.imports.models import ContactImport
from surveys.models import BulkDecision, Campaign, Contact, DecisionKind, Invitation, Response, Survey
from surveys.scanners.models import Opening, Tap
from surveys.services import bulk_decisions
from surveys.tallying.models import CountedDay, MarkedTrait
from tests.factories import make_answer, make_contact, make_survey, make_ticket, make_user
from tests.followup.conversations.arrived import has_arrived, to_have_arrived
from tests.nps_project.background import loop_sweeps
from tests.surveys.contacts.imports.files import begin

SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Case:
    """Three due rows of a sweep, the time at which they are due, and how a done one looks."""

    make: Callable[[], tuple[list[int], datetime]]
    is_done: Callable[[int], bool]
    table: str
    column: str = "id"


def make_tickets(**fields: Any) -> list[Ticket]:
    made = [make_ticket(make_survey(), 2, contact=make_contact(0))]
    made += [make_ticket(made[0].survey, 2, contact=make_contact(number)) for number in (1, 2)]
    Ticket.objects.update(**fields)
    make_user("chief", "manager")
    return list(Ticket.objects.order_by("pk"))


def ids_of(rows: list[Any]) -> list[int]:
    return [row.pk for row in rows]


def to_warn() -> tuple[list[int], datetime]:
    made = make_tickets()
    return ids_of(made), max(ticket.warn_at for ticket in made)


def to_escalate() -> tuple[list[int], datetime]:
    made = make_tickets()
    return ids_of(made), max(ticket.deadline for ticket in made) + SECOND


def to_escalate_further() -> tuple[list[int], datetime]:
    made = make_tickets()
    play = made[0].play
    play.levels.all().delete()
    play.levels.create(number=1, hours_after=4, to="managers")
    late = max(ticket.deadline for ticket in made) + SECOND
    escalation.move_clocks(late)
    return ids_of(made), late + 4 * HOUR


def to_wake() -> tuple[list[int], datetime]:
    made, by, until = make_tickets(), make_user("bea"), timezone.now() + HOUR
    for ticket in made:
        actions.wait(ticket_id=ticket.pk, by=by, until=until)
    return ids_of(made), until


def to_ask_again() -> tuple[list[int], datetime]:
    at = timezone.now()
    made = make_tickets(
        status="resolved", resolved_at=at, outcome="kept", stage=Stage.NO_CLOCK, ask_again_at=at
    )  # fmt: skip
    return ids_of(made), later()


def to_take_over() -> tuple[list[int], datetime]:
    """Messages on customers' pages from before their tickets were there."""
    written = []
    for ticket in make_tickets():
        message = Message.objects.create(direction="in", channel="case", status="waiting", text="Hello?")
        CaseMessage.objects.create(message=message, response=ticket.response)
        written.append(message.pk)
    return written, later()


def to_open() -> tuple[list[int], datetime]:
    survey = make_survey()
    return ids_of([make_answer(survey, 2, contact_email="a@example.com") for _number in range(3)]), later()


def to_give_out() -> tuple[list[int], datetime]:
    team = Team.objects.create(name="North")
    rule = RoutingRule.objects.create(name="All", to="team", team=team)
    made = make_tickets(team=team, owner=None, routed_by=rule)
    team.members.add(make_user("ann"))
    return ids_of(made), timezone.now()


def to_send_as_digest() -> tuple[list[int], datetime]:
    ticket, made = make_tickets()[0], [make_user(name, mail_about_tickets="daily") for name in ("ann", "bob", "cee")]
    for person in made:
        key = f"x{person.pk}"
        item = DigestItem(person=person, ticket=ticket, template="ticket_overdue", dedupe_key=key, at=timezone.now())
        item.save()
    return ids_of(made), (timezone.now() + 2 * DAY).replace(hour=12)  # after the morning


def make_mails(**fields: Any) -> list[int]:
    def make(number: int) -> Delivery:
        return Delivery.objects.create(dedupe_key=f"mail{number}", to_address="a@nordlys.dk", **fields)

    return ids_of([make(number) for number in range(3)])


def to_send() -> tuple[list[int], datetime]:
    return make_mails(), later()


def to_release() -> tuple[list[int], datetime]:
    return make_mails(status=Status.IN_FLIGHT, claimed_at=timezone.now() - HOUR, audience=Audience.CUSTOMER), later()


def to_announce() -> tuple[list[int], datetime]:
    return make_mails(status=Status.SENT, sent_at=timezone.now() - HOUR, to_announce=True), later()


def to_forget() -> tuple[list[int], datetime]:
    user, long_ago = make_user("till"), timezone.now() - 3 * DAY
    keys = [IdempotentRequest(user=user, key=str(number), created_at=long_ago) for number in range(3)]
    return ids_of(IdempotentRequest.objects.bulk_create(keys)), later()


def to_decide_about_many() -> tuple[list[int], datetime]:
    chief, survey = make_user("chief", "manager"), make_survey()
    make_answer(survey, 2)
    asks = [
        bulk_decisions.ask(kind=DecisionKind.DISCARDED, chosen={"score": score}, by=chief, reason="spam")
        for score in (1, 2, 3)
    ]
    return ids_of(asks), later()


def to_import() -> tuple[list[int], datetime]:
    return ids_of([begin(f"email\nc{number}@example.com\n") for number in range(3)]), later()


def to_tell_of_floods() -> tuple[list[int], datetime]:
    make_user("chief", "manager")
    surveys = [make_survey(f"s{number}") for number in range(3)]
    for survey in surveys:
        make_answer(survey, 2, state="provisional", evidence={"why": "flood"})
    return ids_of(surveys), later()


def to_ask() -> tuple[list[int], datetime]:
    survey, at = make_survey(), timezone.now()
    contacts = [Contact.objects.create(email=f"c{number}@nordlys.dk") for number in range(3)]
    made = [
        Invitation.objects.create(survey=survey, contact=contact, channel="email", status="waiting", send_at=at)
        for contact in contacts
    ]
    return ids_of(made), later()


def mailed(survey: Survey, number: int) -> Invitation:
    at = timezone.now() - 2 * HOUR
    return Invitation.objects.create(
        survey=survey, contact=make_contact(number), channel="email", status="sent", asked_at=at, sent_at=at
    )


def to_look_at() -> tuple[list[int], datetime]:
    survey = make_survey()
    made = [
        Opening.objects.create(invitation=mailed(survey, number), at=timezone.now(), link="score-1", agent=1)
        for number in range(3)
    ]
    return ids_of(made), timezone.now() + MINUTE


def to_settle() -> tuple[list[int], datetime]:
    survey, at = make_survey(), timezone.now()
    answers = [
        make_answer(survey, 2, contact=asked.contact, state="provisional", invitation_id=asked.pk)
        for asked in (mailed(survey, number) for number in range(3))
    ]
    for answer in answers:
        Tap.objects.create(
            response=answer, link="score-2", opened_at=at, at=at, act="key", is_same_place=True, is_same_agent=True
        )
    return ids_of(answers), at + HOUR


def campaigns(count: int = 3, **fields: Any) -> list[Campaign]:
    survey = Survey.objects.first() or make_survey()
    made = [Campaign(name=str(number), survey=survey, **fields) for number in range(count)]
    return Campaign.objects.bulk_create(made)


def to_start() -> tuple[list[int], datetime]:
    return ids_of(campaigns(status="scheduled", start_at=timezone.now())), later()


def to_join() -> tuple[list[int], datetime]:
    return ids_of(campaigns(status="running", repeat_days=30)), later()


def to_finish() -> tuple[list[int], datetime]:
    return ids_of(campaigns(status="running")), later()


def recipients(campaign: Campaign, count: int = 3, **fields: Any) -> list[int]:
    begin = Contact.objects.count()
    people = Contact.objects.bulk_create(Contact(email=f"r{begin + number}@nordlys.dk") for number in range(count))
    return ids_of(
        Invitation.objects.bulk_create(
            Invitation(survey=campaign.survey, campaign=campaign, contact=person, channel="email",
                       address=person.email or "", **fields)
            for person in people
        )
    )  # fmt: skip


def to_close() -> tuple[list[int], datetime]:
    made = campaigns(status="stopped")
    for campaign in made:
        recipients(campaign, 1, status="waiting")
    return ids_of(made), later()


def to_guard() -> tuple[list[int], datetime]:
    made = campaigns(status="running")
    for campaign in made:
        recipients(campaign, 47, status="sent", sent_at=timezone.now())
        recipients(campaign, 3, status="bounced")
    return ids_of(made), later()


def to_wake_recipients() -> tuple[list[int], datetime]:
    (campaign,) = campaigns(1, status="running")
    return recipients(campaign, status="held", reason="quarantine", held_until=timezone.now()), later()


def to_remind() -> tuple[list[int], datetime]:
    (campaign,) = campaigns(1, status="running", reminders=[3])
    at = timezone.now()
    return recipients(campaign, status="sent", sent_at=at, remind_at=at), later()


def to_arrive() -> tuple[list[int], datetime]:
    (campaign,) = campaigns(1, status="running")
    at = timezone.now()
    sources.heard("postmark", at)
    return recipients(campaign, status="sent", sent_at=at - 3 * DAY), later()


def campaign_is(**fields: Any) -> Callable[[int], bool]:
    return lambda pk: Campaign.objects.filter(pk=pk, **fields).exists()


def invitation_is(**fields: Any) -> Callable[[int], bool]:
    return lambda pk: Invitation.objects.filter(pk=pk, **fields).exists()


def later() -> datetime:
    return timezone.now() + 10 * SECOND


def ticket_is(**fields: Any) -> Callable[[int], bool]:
    return lambda pk: Ticket.objects.filter(pk=pk, **fields).exists()


def mail_is(**fields: Any) -> Callable[[int], bool]:
    return lambda pk: Delivery.objects.filter(pk=pk, **fields).exists()


CASES = {
    "weekly.send": Case(loop_sweeps.to_send_weekly, loop_sweeps.is_moved_on, "weekly_weeklymail"),
    "reports.send": Case(loop_sweeps.to_send_reports, loop_sweeps.is_reported, "reports_report"),
    "privacy.late": Case(
        loop_sweeps.to_erase_late,
        lambda pk: Response.objects.filter(pk=pk, erased_at__isnull=False).exists(),
        "surveys_response",
    ),
    "trials.move": Case(loop_sweeps.to_end_trials, loop_sweeps.is_waiting, "trials_trial"),
    "followup.warn": Case(to_warn, ticket_is(stage=Stage.DUE_SOON), "followup_ticket"),
    "followup.escalate": Case(to_escalate, ticket_is(stage=Stage.OVERDUE), "followup_ticket"),
    "followup.escalate_further": Case(to_escalate_further, ticket_is(escalation_level=1), "followup_ticket"),
    "followup.ask_again": Case(to_ask_again, ticket_is(ask_again_at=None), "followup_ticket"),
    "followup.take_over_case_messages": Case(
        to_take_over,
        lambda pk: Message.objects.filter(pk=pk, ticket__isnull=False).exists(),
        "conversations_message",
    ),
    "followup.wake": Case(to_wake, ticket_is(waiting_until=None), "followup_ticket"),
    "followup.open": Case(
        to_open,
        lambda pk: Response.objects.filter(pk=pk, ticket__isnull=False).exists(),
        "surveys_announcement",
        "response_id",
    ),
    "followup.give_out": Case(to_give_out, ticket_is(owner__isnull=False), "followup_ticket"),
    "followup.digests": Case(
        to_send_as_digest,
        lambda pk: DigestItem.objects.filter(person=pk, sent_at__isnull=False).exists(),
        "followup_digestitem",
        "person_id",
    ),
    "deliveries.send": Case(to_send, mail_is(status=Status.STORED), "deliveries_delivery"),
    "deliveries.release": Case(to_release, mail_is(status=Status.UNKNOWN), "deliveries_delivery"),
    "deliveries.announce": Case(to_announce, mail_is(to_announce=False), "deliveries_delivery"),
    "followup.floods": Case(
        to_tell_of_floods,
        lambda pk: Survey.objects.filter(pk=pk, flood_told_on__isnull=False).exists(),
        "surveys_survey",
    ),
    "surveys.bulk_decisions": Case(
        to_decide_about_many,
        lambda pk: BulkDecision.objects.filter(pk=pk, state="finished").exists(),
        "surveys_bulkdecision",
    ),
    "imports.work": Case(
        to_import,
        lambda pk: ContactImport.objects.filter(pk=pk, state="finished").exists(),
        "imports_contactimport",
    ),
    "campaigns.ask": Case(
        to_ask, lambda pk: Invitation.objects.filter(pk=pk, asked_at__isnull=False).exists(), "surveys_invitation"
    ),
    "scanners.look": Case(
        to_look_at, lambda pk: Opening.objects.filter(pk=pk, is_looked_at=True).exists(), "scanners_opening"
    ),
    "scanners.settle": Case(
        to_settle, lambda pk: not Tap.objects.filter(pk=pk).exists(), "scanners_tap", "response_id"
    ),
    "campaigns.start": Case(to_start, campaign_is(status="paused"), "surveys_campaign"),  # there is no mail server
    "campaigns.join": Case(to_join, campaign_is(joined_on__isnull=False), "surveys_campaign"),
    "campaigns.finish": Case(to_finish, campaign_is(status="finished"), "surveys_campaign"),
    "campaigns.close": Case(to_close, campaign_is(invitations__status="skipped"), "surveys_invitation", "campaign_id"),
    "campaigns.guard": Case(to_guard, campaign_is(status="paused"), "surveys_campaign"),
    "campaigns.wake": Case(to_wake_recipients, invitation_is(status="waiting"), "surveys_invitation"),
    "conversations.mark_arrived": Case(to_have_arrived, has_arrived, "conversations_message"),
    "campaigns.mark_arrived": Case(to_arrive, invitation_is(status="delivered"), "surveys_invitation"),
    "campaigns.remind": Case(to_remind, invitation_is(reminded=1), "surveys_invitation"),
    "improvements.overdue": Case(
        loop_sweeps.overdue,
        lambda pk: Improvement.objects.filter(pk=pk, told_overdue_on__isnull=False).exists(),
        "improvements_improvement",
    ),
    "improvements.tell": Case(
        loop_sweeps.to_be_told, lambda pk: Told.objects.filter(pk=pk, status="skipped").exists(), "improvements_told"
    ),
    "silence.lapse": Case(
        loop_sweeps.to_lapse, lambda pk: Call.objects.filter(pk=pk, state="waiting").exists(), "silence_call"
    ),
    "praise.count": Case(
        loop_sweeps.to_count_praise,
        lambda pk: LovedWords.objects.filter(survey=pk, language="en", counted_at__gt=timezone.now() - HOUR).exists(),
        "praise_lovedwords",
        "survey_id",
    ),
    "words.read": Case(
        loop_sweeps.to_read, lambda pk: CommentTerms.objects.filter(pk=pk).exists(), "words_toread", "response_id"
    ),
    "themes.learn": Case(
        loop_sweeps.to_learn, lambda pk: Theme.objects.filter(pk=pk, learnt_at__isnull=False).exists(), "themes_theme"
    ),
    "tallying.fill": Case(
        loop_sweeps.to_fill,
        lambda pk: MarkedTrait.objects.filter(pk=pk, state="ready").exists(),
        "tallying_markedtrait",
    ),
    "tallying.days": Case(
        loop_sweeps.to_count_days,
        lambda pk: CountedDay.objects.filter(division=pk).exists(),
        "tallying_division",
    ),
    "api.forget": Case(
        to_forget, lambda pk: not IdempotentRequest.objects.filter(pk=pk).exists(), "api_idempotentrequest"
    ),
}
