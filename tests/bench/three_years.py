"""`python -m tests.bench.three_years 1000000`: so many answers of three years in the database of DATABASE_URL, with
their customers, asks and tickets, then the pages of figures over them.

Prints one line of JSON: for each page the milliseconds of the server, the median, its statements, the milliseconds of
the slowest one, and those of the first look, where nothing is kept of its figures. The traits `country` and `tier` are
marked, `plan` is not.
"""

import json
import os
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import django

from tests.bench.filling import copy

DAYS = 1095
CALLS, SLOW_S = 7, 1.0  # what takes longer is called twice
KEPT_FROM_MS = 100  # as it is set where nothing else is said
PER_ASK, PER_TICKET = 20, 40  # answers
CUSTOMERS, COMPANIES, MANAGERS, OPEN = 400_000, 2_000, 40, 50  # of the tickets one in 50 is open, the youngest
COMMENTS = (
    "The delivery came three days late.", "Nobody called me back about the invoice.", "Friendly people at the desk.",
    "The wrong size was in the box again.", "Quick answer by chat, thank you.", "The app lost my order twice.",
    "Prices went up and nothing got better.", "The technician was on time and kind.", "I waited an hour on the phone.",
    "The new box is easier to open.", "My refund took a month.", "Good advice, fair price.",
)  # fmt: skip


def fill(answers: int) -> None:
    """Answers spread evenly over three years and four surveys, in the order of their ids, and all that goes with them.

    Triggers and foreign keys are off meanwhile; indexes of answers are made afterwards.
    """
    from django.db import connection
    from django.utils import timezone

    from nps_project.background import sweep
    from surveys import hooks
    from surveys.services import tallies
    from surveys.tallying import filling
    from surveys.tallying.days import counting as days
    from surveys.tallying.marking import mark_these
    from surveys.tallying.models import MarkedTrait

    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute("SET session_replication_role = replica")
        _rows(answers)
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM ANALYZE")
    _say("rows")
    tallies.rebuild()
    hooks.recount_tallies()
    mark_these(["country", "tier"])
    while MarkedTrait.objects.ready().count() < 2:
        sweep.run(filling.FILL, timezone.now())
    _say("tallies, two marked traits")
    days.go_on(timezone.now())
    while days.COUNT.due(timezone.now()).exists():
        days.go_on(timezone.now())
    _say("counted days")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")


_began = time.monotonic()


def _say(what: str) -> None:
    print(f"{time.monotonic() - _began:.0f} s: {what}", file=sys.stderr, flush=True)


@contextmanager
def _without_indexes(table: str) -> Iterator[None]:
    """Those of no constraint are dropped, and made anew at the end."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s"
            " AND indexname NOT IN (SELECT conname FROM pg_constraint)", [table],
        )  # fmt: skip
        known = cursor.fetchall()
        for name, _made_by in known:
            cursor.execute(f'DROP INDEX "{name}"')
        yield
        for _name, made_by in known:
            cursor.execute(made_by)


def _rows(answers: int) -> None:
    from django.utils import timezone

    from followup.models import Attempt, RootCause, Step, StepKind, Ticket
    from followup.playbooks import services as playbooks
    from surveys.models import Campaign, Company, Contact, Invitation, Response, Segment, Survey
    from surveys.services import announcements
    from tests.factories import make_answer, make_contact, make_survey, make_ticket, make_user

    playbooks.ensure_default()
    manager = make_user("bench-manager", role="manager", all_teams=True)
    surveys = [make_survey(f"numbers{number}").pk for number in range(4)]
    survey = Survey.objects.get(pk=surveys[0])
    now = timezone.now()
    step = f"(interval '{DAYS} days' / {answers})"

    company = Company.objects.create(name="Company 0")
    copy(Company, company.pk, COMPANIES - 1, name="'Company ' || g")
    contact, customers = make_contact(0, value=1000), min(CUSTOMERS, answers)
    copy(Contact, contact.pk, customers - 1, email="'c' || g || '@example.com'", name="'Customer ' || g",
         language="(ARRAY['en', 'nl', 'da'])[1 + g % 3]", account_manager=f"'m' || g % {MANAGERS} || '@example.com'",
         value="g % 5000", company_id=f"CASE WHEN g % 10 = 0 THEN {company.pk} + g / 10 % {COMPANIES} END",
         traits="jsonb_build_object('plan', (ARRAY['basic', 'plus', 'pro'])[1 + g % 3]) || CASE WHEN g % 10 = 0 THEN"
                f" jsonb_build_object('company', 'Company ' || g / 10 % {COMPANIES}) ELSE '{{}}' END")  # fmt: skip
    Segment.objects.create(slug="danes", name="Danes", filter={"language": "da"})
    _say("customers")

    made = [make_answer(survey, 9, "", traits={"country": "DK"}) for _number in range(2)]
    announcements.take([answer.pk for answer in made])
    base = made[1].pk
    whose = f"{contact.pk} + (g::bigint * 7919) % {customers}"
    at = f"'{now.isoformat()}'::timestamptz - ({answers} - g) * {step}"
    campaigns = [
        Campaign.objects.create(
            name=f"Quarter {number}", survey_id=surveys[number % 4], status="finished", ended_at=now
        ).pk
        for number in range(12)
    ]
    asks = answers // PER_ASK
    ask = Invitation.objects.create(survey=survey, contact=contact, channel="email", status="sent", sent_at=now)
    asked = f"({at.replace('- g)', f'- g * {PER_ASK})')} - interval '2 days')"
    copy(Invitation, ask.pk, asks, public_id="lpad(to_hex(g), 32, '0')::uuid",
         survey_id=f"(ARRAY{surveys})[1 + g * {PER_ASK} % 4]", contact_id=whose.replace("g::", f"{PER_ASK} * g::"),
         campaign_id=f"CASE WHEN g % 5 > 0 THEN (ARRAY{campaigns})[1 + g::bigint * 12 / {asks + 1}] END",
         channel="CASE WHEN g % 50 = 0 THEN 'link' ELSE 'email' END", round="g",
         status="CASE WHEN g % 10 < 3 THEN 'answered' WHEN g % 50 = 0 THEN 'created' WHEN g % 40 = 5 THEN 'bounced'"
                " WHEN g % 2 = 0 THEN 'delivered' ELSE 'sent' END",
         sent_at=asked, asked_at=asked, created_at=asked, language="(ARRAY['en', 'nl', 'da'])[1 + g % 3]",
         delivered_at=f"CASE WHEN g % 2 = 0 THEN {asked} END",
         answered_at=f"CASE WHEN g % 10 < 3 THEN {asked} + interval '2 days' END")  # fmt: skip
    _say("asks")

    words = "ARRAY[" + ", ".join(f"'{comment}'" for comment in COMMENTS) + "]"
    with _without_indexes(Response._meta.db_table):
        copy(Response, base, answers, public_id="lpad(to_hex(g), 32, '0')::uuid", submission="NULL", words_id="NULL",
             survey_id=f"(ARRAY{surveys})[1 + g % 4]", answered_at=at, recorded_at=at,
             invitation_id=f"CASE WHEN g % {PER_ASK} = 0 AND g / {PER_ASK} % 10 < 3 THEN {ask.pk} + g / {PER_ASK} END",
             contact_id=f"CASE WHEN g % 2 = 0 THEN {whose} END",
             score=f"CASE WHEN g % {PER_TICKET} = 20 THEN g / {PER_TICKET} % 7 ELSE (g * 7::bigint + g / 11) % 11 END",
             comment=f"CASE WHEN g % 20 = 0 THEN ({words})[1 + g / 20 % {len(COMMENTS)}] ELSE '' END",
             language="(ARRAY['en', 'nl', 'da'])[1 + g % 3]",
             channel=f"CASE WHEN g % {PER_ASK} = 0 THEN 'personal' ELSE (ARRAY['link', 'api', 'phone'])[1 + g % 3] END",
             traits="jsonb_build_object('country', (ARRAY['DK', 'NL', 'SE', 'NO', 'FI'])[1 + g / 4 % 5],"
                    " 'plan', (ARRAY['basic', 'plus', 'pro'])[1 + g / 20 % 3],"
                    " 'tier', (ARRAY['one', 'two', 'three'])[1 + g / 60 % 3])")  # fmt: skip
        _say("answers")
    _say("their indexes")

    causes = [RootCause.objects.create(slug=f"cause{n}", names={"en": f"Cause {n}"}, position=n).pk for n in range(8)]
    first = make_ticket(survey, 2, "", contact=contact)
    tickets = answers // PER_TICKET
    opened = at.replace("- g)", f"- g * {PER_TICKET} - 20 + {PER_TICKET})")
    is_open, contacted = f"g > {tickets - tickets // OPEN}", f"{opened} + (2 + g % 60) * interval '1 hour'"
    copy(Ticket, first.pk, tickets, public_id="lpad(to_hex(g), 32, '0')::uuid", history_count="0",
         response_id=f"{base} + (g - 1) * {PER_TICKET} + 20", survey_id=f"(ARRAY{surveys})[1 + 20 % 4]",
         score="(g - 1) % 7", answer_score="(g - 1) % 7", value_rank="-(g % 5000)", opened_at=opened, clock_from=opened,
         first_contact_due_at=f"{opened} + interval '24 hours'",
         first_contact_warn_at=f"{opened} + interval '18 hours'",
         first_contact_at=f"CASE WHEN NOT {is_open} THEN {contacted} END",
         resolved_at=f"CASE WHEN NOT {is_open} THEN {contacted} + interval '1 day' END",
         status=f"CASE WHEN {is_open} THEN 'open' ELSE 'resolved' END", owner_id=f"{manager.pk}",
         outcome=f"CASE WHEN NOT {is_open} THEN (ARRAY['recovered', 'kept', 'lost', 'unreachable'])[1 + g % 4] END",
         root_cause_id=f"CASE WHEN NOT {is_open} THEN (ARRAY{causes})[1 + g % 8] END",
         score_after=f"CASE WHEN NOT {is_open} AND g % 5 = 0 THEN g % 11 END",
         stage=f"CASE WHEN {is_open} THEN 0 ELSE 3 END",
         deadline=f"CASE WHEN {is_open} THEN {opened} + interval '24 hours' ELSE '9999-01-01 00:00Z' END",
         warn_at=f"CASE WHEN {is_open} THEN {opened} + interval '18 hours' ELSE '9999-01-01 00:00Z' END",
         escalate_at="'9999-01-01 00:00Z'")  # fmt: skip
    for of_play in Step.objects.filter(ticket=first):  # all done where it is resolved, a gift on one ticket in ten
        is_gift = of_play.kind == StepKind.COMPENSATION
        copy(Step, of_play.pk, tickets, id="s.id + g * 100", ticket_id=f"{first.pk} + g", texts="'{}'",
             done_at=f"CASE WHEN NOT {is_open} THEN {contacted} END", currency="'EUR'" if is_gift else "''",
             amount=f"CASE WHEN NOT {is_open} AND g % 10 = 0 THEN 10 + g % 90 END" if is_gift else "NULL")  # fmt: skip
    call = Attempt.objects.create(ticket=first, by=manager, result="reached", at=now, counts=True, created_at=now)
    copy(Attempt, call.pk, tickets - tickets // OPEN, ticket_id=f"{first.pk} + g", at=contacted, created_at=contacted)
    _say("tickets")
    _terms(base)


def _terms(base: int) -> None:
    """The terms of the comments, as they are read in the background."""
    from django.db import connection

    from followup.insights.words.models import Progress
    from followup.insights.words.text.terms import terms_of

    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE said (comment text, terms text[], surfaces text[])")
        for comment in COMMENTS:
            terms = terms_of(comment, "en", set())
            cursor.execute("INSERT INTO said VALUES (%s, %s, %s)", [comment, list(terms), list(terms.values())])
        cursor.execute(
            'INSERT INTO words_commentterms (response_id, survey_id, "group", answered_at, customer, language, terms,'
            ' surfaces) SELECT id, survey_id, "group", answered_at, coalesce(contact_id, -id), \'en\', terms, surfaces'
            " FROM surveys_response JOIN said USING (comment) WHERE id > %s", [base],
        )  # fmt: skip
        cursor.execute("SELECT max(id) FROM surveys_response")
        Progress.objects.update_or_create(pk=1, defaults={"last_id": cursor.fetchone()[0]})
    _say("words")


def pages() -> dict[str, str]:
    """The addresses that are measured, by what the table calls them."""
    from django.utils import timezone

    from surveys.models import Campaign

    today = timezone.now().date()
    year, all_of_it = (f"from={today - timedelta(days=days)}" for days in (364, DAYS - 1))
    named = {
        "": "/insights/", ", a year": f"/insights/?{year}", ", three years": f"/insights/?{all_of_it}",
        ", one survey": f"/insights/?survey=numbers1&{year}", ", rolling 90": f"/insights/?by=rolling90&{year}",
    }  # fmt: skip
    found = {f"overview{name}": path for name, path in named.items()}
    for by in ("survey", "team", "language", "channel", "company", "account_manager", "trait.country", "trait.plan"):
        found[f"compare by {by}"] = f"/insights/compare/?by={by}"
        found[f"compare by {by}, a year"] = f"/insights/compare/?by={by}&{year}"
    found |= {
        "compare, two groups": f"/insights/compare/?by=language&one=en&other=da&{year}",
        "silence": "/insights/silence/", "silence, a year": f"/insights/silence/?{year}",
        "silence, three years": f"/insights/silence/?{all_of_it}",
        "silence by company": f"/insights/silence/?by=company&{year}",
        "silence by trait": f"/insights/silence/?by=trait.plan&{year}",
        "silence by segment": f"/insights/silence/?by=segment&{year}",
        "silence weighed by trait": f"/insights/silence/?weigh=trait.plan&{year}",
        "silence of a campaign": f"/insights/silence/?campaign={Campaign.objects.latest('pk').pk}&{year}",
        "silence, people": f"/insights/silence/people/?figure=silent&{year}",
    }  # fmt: skip
    for name in ("words", "themes", "risk", "fair-play", "causes", "recovery", "wall", "trials", "improvements"):
        found[name] = f"/insights/{name}/"
        if name in ("words", "fair-play", "causes", "recovery"):
            found[f"{name}, a year"] = f"/insights/{name}/?{year}"
    found |= {
        "desk": "/desk/", "desk, search": "/desk/?q=delivery", "answers": "/desk/answers/",
        "answers of a group": "/desk/answers/?group=detractor", "answers, search": "/desk/answers/?q=refund",
        "contacts": "/contacts/", "contacts, search": "/contacts/?q=customer+777", "campaigns": "/campaigns/",
    }  # fmt: skip
    return found


def measure(only: str = "") -> dict[str, list[float]]:
    """By page: milliseconds, statements, milliseconds of the slowest, and of the first look."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client

    from followup.insights.kept import reading, store
    from followup.models import Ticket
    from nps_project.accounts.models import User

    settings.ALLOWED_HOSTS.append("testserver")
    settings.FIGURES_KEPT_FROM_MS = KEPT_FROM_MS
    store.forget_all()
    reading.count_again_by(lambda _address, _names: None)  # what is measured is alone
    client = Client()
    client.force_login(User.objects.get(email="bench-manager@example.com"))
    took: list[float] = []

    def timed(execute: Any, *asked: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(*asked)
        finally:
            took.append(1000 * (time.perf_counter() - began))

    found = {}
    ticket = Ticket.objects.latest("pk").pk
    for name, path in (pages() | {"a ticket": f"/desk/tickets/{ticket}/"}).items():
        if not name.startswith(only):
            continue
        times: list[float] = []
        with connection.execute_wrapper(timed):
            while len(times) < (CALLS if not times or times[-1] < 1000 * SLOW_S else 2):
                took.clear()
                began = time.perf_counter()
                status = client.get(path, secure=settings.SECURE_SSL_REDIRECT).status_code
                times.append(1000 * (time.perf_counter() - began))
                assert status == 200, f"{path}: {status}"
        found[name] = [statistics.median(times[1:]), float(len(took)), max(took), times[0]]
    return found


def main() -> None:
    """Fill, or with the word `again` only measure; what follows it is how the names of the pages begin."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "nps_project.settings"
    django.setup()
    if sys.argv[1] != "again":
        fill(int(sys.argv[1]))
    print(json.dumps(measure(" ".join(sys.argv[2:]))))


if __name__ == "__main__":
    main()
