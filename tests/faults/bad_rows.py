"""Rows that the database refuses to change, as if their data were bad: one in each sweep, until they are mended.

`python -m tests.faults.bad_rows make` adds a set of them, `judge` runs every sweep over them, mends them, runs the
sweeps again and prints one line of JSON: what went otherwise than promised.
"""

import io
import json
import sys
import time
import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import django
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

HOUR = timedelta(hours=1)
ROUNDS = 8  # with longer and longer rests: three seconds
_GUARD = """
CREATE TABLE IF NOT EXISTS bad_row (relation text, column_name text, value bigint, sweep text);
CREATE OR REPLACE FUNCTION refuse_bad_row() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF EXISTS (SELECT FROM bad_row WHERE relation = tg_table_name
               AND value = (to_jsonb(old) ->> column_name)::bigint) THEN
        RAISE EXCEPTION 'no such customer as "Ada Berg"';
    END IF;
    RETURN CASE tg_op WHEN 'DELETE' THEN old ELSE new END;
END $$
"""


def spoil(table: str, value: int, column: str = "id", sweep: str = "") -> None:
    """From now on each change of this row raises."""
    with connection.cursor() as cursor:
        cursor.execute(_GUARD)
        cursor.execute("INSERT INTO bad_row VALUES (%s, %s, %s, %s)", [table, column, value, sweep])
        cursor.execute("SELECT FROM pg_trigger WHERE tgname = 'bad_row' AND tgrelid = %s::regclass", [table])
        if not cursor.rowcount:
            cursor.execute(
                f"CREATE TRIGGER bad_row BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW"
                " EXECUTE FUNCTION refuse_bad_row()"
            )


def mend() -> None:
    """All of them are well again."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM bad_row")


def forget() -> None:
    """For tests whose transactions are real: leave nothing behind."""
    with connection.cursor() as cursor:
        cursor.execute("DROP FUNCTION IF EXISTS refuse_bad_row CASCADE")
        cursor.execute("DROP TABLE IF EXISTS bad_row")


def _where_it_is_day(at: datetime) -> str:
    """Digests go out from the morning on."""
    return "Etc/GMT-12" if at.astimezone(UTC).hour < 10 else "UTC"


@transaction.atomic
def make() -> None:
    """A bad row that is due, or soon will be, in each sweep; there and bad at once, before any worker sees it."""
    from followup.conversations.case.models import CaseMessage
    from followup.conversations.models import Message
    from followup.insights.improvements.models import Improvement, Told
    from followup.insights.praise.models import LovedWords
    from followup.insights.reports.models import Report
    from followup.insights.silence.models import Call, CallList
    from followup.insights.themes.models import Theme
    from followup.insights.weekly.models import WeeklyMail
    from followup.insights.weekly.sending import basis_of
    from followup.insights.words.models import ToRead
    from followup.models import DigestItem, RoutingRule, Stage, Ticket
    from followup.models.ticket import NO_DEADLINE
    from followup.playbooks.trials.models import Trial
    from followup.tickets import actions, opening
    from nps_project.accounts.models import Team, User
    from nps_project.api.models import IdempotentRequest
    from nps_project.background.sweep import SWEEPS
    from nps_project.deliveries.inbound import sources
    from nps_project.deliveries.models import Audience, Delivery, Status
    from nps_project.privacy import erasing
    from nps_project.privacy.models import Kind
    from surveys.contacts.imports import parts
    from surveys.contacts.imports import services as imports
    from surveys.models import Campaign, Contact, DecisionKind, Invitation, Survey
    from surveys.scanners.models import Opening, Tap
    from surveys.services import bulk_decisions
    from surveys.services.responses import NewAnswer, Origin, record_response
    from surveys.services.surveys import create_survey
    from surveys.tallying.days.counting import keep_divisions
    from surveys.tallying.days.divisions import ACCOUNT_MANAGER
    from surveys.tallying.models import Division, MarkedTrait
    from tests.followup.playbooks.trials.making import draft_trial

    now, mark = timezone.now(), uuid.uuid4().hex[:12]
    survey = Survey.objects.filter(slug="bad").first()
    survey = survey or create_survey(slug="bad", name="Bad", brand="Bad", status="live")
    person = User.objects.create_user(f"{mark}@example.com", uuid.uuid4().hex, role="agent")
    manager = User.objects.create_user(f"m{mark}@example.com", uuid.uuid4().hex, role="manager")
    reader = User.objects.create_user(
        f"r{mark}@example.com",
        uuid.uuid4().hex,
        role="viewer",
        mail_about_tickets="daily",
        time_zone=_where_it_is_day(now),
    )

    def answer(at: datetime) -> int:
        contact = Contact.objects.create(email=f"{uuid.uuid4().hex}@example.com", name="Bad", language="en")
        recorded = record_response(
            survey=survey, answer=NewAnswer(score=2),
            origin=Origin("personal", "en", contact_id=contact.pk, answered_at=at, recorded_at=at),
        )  # fmt: skip
        return recorded.response_id

    def ticket(hours_ago: float) -> Ticket:
        made = opening.open_for_response(answer(now - hours_ago * HOUR))
        assert made is not None
        return made

    def mail(**fields: Any) -> int:
        return Delivery.objects.create(dedupe_key=uuid.uuid4().hex, to_address="bad@example.com", **fields).pk

    hours = ticket(0.0).play.hours
    assert hours is not None
    waiting, further, unowned, to_ask_again = ticket(0.0), ticket(hours + 1), ticket(0.0), ticket(0.0)
    Ticket.objects.filter(pk=to_ask_again.pk).update(
        status="resolved", resolved_at=now, outcome="kept", stage=Stage.NO_CLOCK, ask_again_at=now,
        deadline=NO_DEADLINE, warn_at=NO_DEADLINE, escalate_at=NO_DEADLINE,
    )  # fmt: skip
    actions.wait(ticket_id=waiting.pk, by=person, until=now + timedelta(minutes=1))
    Ticket.objects.filter(pk=further.pk).update(stage=Stage.OVERDUE, escalate_at=now)
    early = Message.objects.create(direction="in", channel="case", status="waiting", text="Bad")
    CaseMessage.objects.create(message=early, response=ticket(0.0).response)
    team = Team.objects.create(name=f"bad {mark}")
    rule = RoutingRule.objects.create(name="bad", to="team", team=team, is_active=False)
    Ticket.objects.filter(pk=unowned.pk).update(team=team, routed_by=rule, owner=None)
    team.members.add(person)
    item = DigestItem.objects.create(
        person=reader, ticket=waiting, template="ticket_overdue", dedupe_key=mark, at=now - timedelta(days=2)
    )
    key = IdempotentRequest.objects.create(user=person, key=mark, created_at=now - timedelta(days=3))
    decision = bulk_decisions.ask(
        kind=DecisionKind.DISCARDED, chosen={"survey": survey.slug, "score": 10}, by=manager, reason="spam"
    )  # about no answer
    imported = imports.start(run_id=parts.store(io.BytesIO(b"email\nx@"), "bad.csv").pk, chosen={"email": "email"})
    flooded = create_survey(slug=f"bad-{mark}", name="Flooded", brand="Bad", status="live")
    record_response(
        survey=flooded, answer=NewAnswer(score=2), origin=Origin("link", "en"), state="provisional",
        evidence={"why": "flood"},
    )  # fmt: skip
    to_ask = Invitation.objects.create(
        survey=survey, contact=Contact.objects.create(email=f"{uuid.uuid4().hex}@example.com"), channel="email",
        status="waiting", send_at=now,
    )  # fmt: skip
    planner = User.objects.create_user(f"p{mark}@example.com", uuid.uuid4().hex, role="admin")
    tried = draft_trial(flooded, planner, scores=[int(mark[:4], 16) % 7], last_day=now.date())
    # Other sets of these rows have trials of their own on the same playbook.
    Trial.objects.filter(pk=tried.pk).update(
        state="waiting", started_at=now, before=tried.playbook.current_version(), drawn_until=now, counts_until=now,
    )  # fmt: skip
    asked = Invitation.objects.create(
        survey=survey, contact=Contact.objects.create(email=f"{uuid.uuid4().hex}@example.com"), channel="email",
        status="sent", sent_at=now - 3 * HOUR,
    )  # fmt: skip
    tapped = record_response(
        survey=survey, answer=NewAnswer(score=2), state="provisional",
        origin=Origin("personal", "en", invitation_id=asked.pk, contact_id=asked.contact_id),
    )  # fmt: skip
    tap = Tap.objects.create(
        response_id=tapped.response_id, link="score-2", opened_at=now - HOUR, at=now - HOUR, act="key",
        is_same_place=True, is_same_agent=True,
    )  # fmt: skip

    def campaign(**fields: Any) -> Campaign:
        return Campaign.objects.create(name="Bad", survey=survey, sample_share=Decimal("0.0001"), **fields)

    def recipient(of: Campaign, **fields: Any) -> int:
        contact = Contact.objects.create(email=f"{uuid.uuid4().hex}@example.com")
        invited = Invitation(survey=survey, campaign=of, contact=contact, channel="email", **fields)
        invited.save()
        return invited.pk

    praised = create_survey(slug=f"praised-{mark}", name="Praised", brand="Bad", status="live")
    LovedWords.objects.create(survey=praised, language="en", n=0, counted_at=now - timedelta(days=3))

    to_read = ToRead.objects.create(response_id=answer(now))
    theme, _is_new = Theme.objects.get_or_create(language="da")

    def improvement(**fields: Any) -> Improvement:
        return Improvement.objects.create(title="Bad", owner=person, **fields)

    mended = improvement(
        state="done", done_on=now.date(), reviewed_at=now, is_telling=True, told_at=now, looked_at=now
    )  # fmt: skip
    named = ticket(0.0)
    assert named.response.contact is not None
    told = Told.objects.create(improvement=mended, contact=named.response.contact, ticket=named, survey=survey)
    called = Call.objects.create(
        call_list=CallList.objects.create(name="Bad", survey=survey), contact=named.response.contact, place=1,
        state="claimed", claimed_at=now - HOUR,
    )  # fmt: skip
    closed, guarded = campaign(status="stopped"), campaign(status="running")
    recipient(closed, status="waiting")
    recipient(guarded, status="held", held_until=now + timedelta(days=30))  # else it is finished as well
    for number in range(50):
        recipient(guarded, status="bounced" if number < 3 else "sent", sent_at=now)
    sources.heard("postmark", now)
    nth = MarkedTrait.objects.count() + 1
    marked = MarkedTrait.objects.create(name=f"region {nth}", place=nth)
    keep_divisions()
    record_response(
        survey=flooded, answer=NewAnswer(score=9), origin=Origin("api", "en", answered_at=now - timedelta(days=3))
    )  # a day to count
    shell = Contact.objects.create(email=f"{uuid.uuid4().hex}@example.com")
    erasing.erase(Kind.CONTACT, shell.pk)
    late = record_response(
        survey=survey, answer=NewAnswer(score=9, comment="Bad"), origin=Origin("personal", "en", contact_id=shell.pk)
    ).response_id  # fmt: skip
    bad = {
        "campaigns.mark_arrived": (
            "surveys_invitation",
            recipient(campaign(status="running"), status="sent", sent_at=now - timedelta(days=3)),
        ),
        "conversations.mark_arrived": (
            "conversations_message",
            Message.objects.create(
                ticket=ticket(0), direction="out", status="sent", sent_at=now - timedelta(days=3)
            ).pk,
        ),
        "scanners.look": (
            "scanners_opening",
            Opening.objects.create(invitation=asked, at=now, link="plain", agent=1).pk,
        ),
        "scanners.settle": ("scanners_tap", tap.pk),
        "campaigns.start": ("surveys_campaign", campaign(status="scheduled", start_at=now).pk),
        "campaigns.join": ("surveys_campaign", campaign(status="running", repeat_days=30).pk),
        "campaigns.finish": ("surveys_campaign", campaign(status="running").pk),
        "campaigns.close": ("surveys_invitation", closed.pk),
        "campaigns.guard": ("surveys_campaign", guarded.pk),
        "campaigns.wake": (
            "surveys_invitation",
            recipient(campaign(status="running"), status="held", reason="quarantine", held_until=now),
        ),
        "campaigns.remind": (
            "surveys_invitation",
            recipient(campaign(status="running", reminders=[3]), status="sent", sent_at=now, remind_at=now),
        ),
        "improvements.overdue": (
            "improvements_improvement",
            improvement(due_on=now.date() - timedelta(days=3)).pk,
        ),
        "improvements.tell": ("improvements_told", told.pk),
        "praise.count": ("praise_lovedwords", praised.pk),
        "words.read": ("words_toread", to_read.pk),
        "themes.learn": ("themes_theme", theme.pk),
        "followup.open": ("surveys_announcement", answer(now)),
        "followup.warn": ("followup_ticket", ticket(hours * 0.9).pk),
        "followup.escalate": ("followup_ticket", ticket(hours + 1).pk),
        "followup.escalate_further": ("followup_ticket", further.pk),
        "followup.wake": ("followup_ticket", waiting.pk),
        "followup.ask_again": ("followup_ticket", to_ask_again.pk),
        "followup.take_over_case_messages": ("conversations_message", early.pk),
        "followup.give_out": ("followup_ticket", unowned.pk),
        "followup.digests": ("followup_digestitem", item.person_id),
        "deliveries.send": ("deliveries_delivery", mail()),
        "deliveries.release": (
            "deliveries_delivery",
            mail(status=Status.IN_FLIGHT, claimed_at=now - HOUR, audience=Audience.CUSTOMER),
        ),
        "deliveries.announce": (
            "deliveries_delivery",
            mail(status=Status.SENT, sent_at=now - HOUR, to_announce=True),
        ),
        "followup.floods": ("surveys_survey", flooded.pk),
        "surveys.bulk_decisions": ("surveys_bulkdecision", decision.pk),
        "imports.work": ("imports_contactimport", imported.pk),
        "campaigns.ask": ("surveys_invitation", to_ask.pk),
        "api.forget": ("api_idempotentrequest", key.pk),
        "tallying.fill": ("tallying_markedtrait", marked.pk),
        "tallying.days": ("tallying_division", Division.objects.get(name=ACCOUNT_MANAGER).pk),
        "weekly.send": (
            "weekly_weeklymail",
            WeeklyMail.objects.create(person=manager, due_at=now, basis=basis_of(manager)).pk,
        ),
        "reports.send": ("reports_report", Report.objects.create(person=manager, due_at=now).pk),
        "trials.move": ("trials_trial", tried.pk),
        "privacy.late": ("surveys_response", late),
        "silence.lapse": ("silence_call", called.pk),
    }
    assert set(bad) == set(SWEEPS), "a sweep without its bad row"
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else a table that was written takes no trigger
    for sweep, (table, value) in bad.items():
        columns = {
            "followup.digests": "person_id", "scanners.settle": "response_id", "campaigns.close": "campaign_id",
            "followup.open": "response_id", "praise.count": "survey_id", "words.read": "response_id",
        }  # fmt: skip
        spoil(table, value, columns.get(sweep, "id"), sweep)


def judge() -> list[str]:
    """The bad rows are put aside, nothing else that is due is; mended, each is done.

    A row that a fault of the database put aside for a minute, and that was done since, is forgotten later.
    """
    from nps_project.accounts.models import TicketMail, User
    from nps_project.background import put_aside
    from nps_project.background.models import PutAside
    from nps_project.background.sweep import IN_HAND, SWEEPS, run

    with connection.cursor() as cursor:
        cursor.execute(_GUARD)
        cursor.execute("SELECT sweep, value FROM bad_row")
        bad = cursor.fetchall()
    # What waits for the shortest time is due, too, though a storm has set the clock back twice by 90 seconds.
    begins = timezone.now() + timedelta(minutes=6)

    User.objects.filter(mail_about_tickets=TicketMail.DAILY).update(time_zone=_where_it_is_day(begins))

    def all_run(at: datetime) -> None:
        for sweep in SWEEPS.values():
            run(sweep, at)

    def still_due() -> list[PutAside]:
        return [row for row in PutAside.objects.all() if SWEEPS[row.sweep].due(begins).filter(pk=row.row_id).exists()]

    all_run(begins)
    found = set(PutAside.objects.values_list("row_id", flat=True))
    faults = [f"{sweep} did not put its bad row {value} aside" for sweep, value in bad if value not in found]
    faults += [f"{row} is put aside" for row in still_due() if row.row_id not in {value for _sweep, value in bad}]
    mend()
    put_aside.try_again(begins)
    # A ticket whose waiting has ended may be late, which a second round sees, and a worker of the product, which runs
    # on, may have a row in hand.
    for number in range(ROUNDS):
        all_run(begins)
        left = [(name, value) for name, value in bad if SWEEPS[name].due(begins).filter(pk=value).exists()]
        if number and not left:
            break
        time.sleep(0.1 * number)
    faults += [f"{sweep} left {value} undone, though it was mended" for sweep, value in left]
    # That worker may have stopped what waited too long, or say late that a row was bad: such a row is due no more, and
    # a run a while later forgets it.
    for sweep in SWEEPS.values():
        run(sweep, begins + 2 * IN_HAND, only=Q(pk__in=[]))
    says_still = set(PutAside.objects.values_list("sweep", "row_id"))
    faults += [f"{sweep} says still that {value} is put aside" for sweep, value in bad if (sweep, value) in says_still]
    return faults + [f"{row} is put aside still" for row in still_due()]


def main() -> None:
    django.setup()
    from nps_project.celery import app

    app.loader.import_default_modules()
    if sys.argv[1] == "make":
        make()
    else:
        print(json.dumps(judge()))


if __name__ == "__main__":
    main()
