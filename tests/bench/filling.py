"""`python -m tests.bench.filling 100000`: many open tickets in the database of DATABASE_URL, copies of a real one.

Prints one line of JSON: the pages to ask for, each with its path and the cookie of who asks, and how many queries each
takes.
"""

import json
import os
import sys
from typing import TYPE_CHECKING

import django

EMPTY = "an empty signed-in page"
POLL = "a look whether the desk changed"
MANAGER, AGENT = "bench-manager", "bench-agent"
RARE = "lawyer"  # the tag of one ticket

if TYPE_CHECKING:
    from django.db.models import Model


def copy(model: "type[Model]", source: int, count: int, **other: str) -> None:
    """Rows with the ids source+1 ... source+count like the row `source`; `other`: columns as SQL, g from 1 to count."""
    from django.db import connection
    from django.db.models import GeneratedField

    fields = [field for field in model._meta.concrete_fields if not isinstance(field, GeneratedField)]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    values = ", ".join({"id": "s.id + g", **other}.get(str(field.column), f's."{field.column}"') for field in fields)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({columns}) SELECT {values} "
            f"FROM {table} s, generate_series(1, {count:d}) g WHERE s.id = {source:d}"
        )
        cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")


def fill(tickets: int) -> int:
    """So many open tickets, each with a customer, an answer, steps and a history. Returns: the id of the first."""
    from django.utils import timezone

    from followup.models import Activity, Stage, Step, Ticket
    from followup.playbooks import services as playbooks
    from nps_project.accounts.models import Team, User
    from surveys.models import Contact, Response
    from tests.factories import make_contact, make_survey, make_ticket, make_user

    playbooks.ensure_default()
    manager, agent, colleague = make_user(MANAGER, role="manager"), make_user(AGENT), make_user("bench-colleague")
    care = Team.objects.create(name="Care")
    care.members.add(agent)
    contact = make_contact(1, value=1000, traits={"company": "Fjord Shipping"})
    first = make_ticket(make_survey("desk"), 2, "I was promised a call that never came.", contact=contact)
    response = first.response
    count = tickets - 1
    copy(Contact, contact.pk, count, email="'bench' || g || '@example.com'", name="'Customer ' || g")
    copy(Response, response.pk, count, public_id="gen_random_uuid()", submission="NULL", invitation_id="NULL",
         contact_id=f"{contact.pk} + g", score="g % 7", comment="s.comment || ' Order ' || g || '.'")  # fmt: skip
    # One every ten minutes, the youngest first. The promise is a day: three of ten are broken, the others contacted.
    opened = f"'{timezone.now().isoformat()}'::timestamptz - g * interval '10 minutes'"
    due, waits, uncontacted = f"({opened} + interval '24 hours')", "g % 10 > 7", "(g % 10 < 3 OR g < 144)"
    runs = f"CASE WHEN {uncontacted} THEN {due} ELSE s.clock_from + interval '7000 years' END"
    copy(Ticket, first.pk, count, public_id="gen_random_uuid()", response_id=f"{response.pk} + g", score="g % 7",
         answer_score="g % 7", value_rank="-(g % 900)", opened_at=opened, clock_from=opened, first_contact_due_at=due,
         first_contact_warn_at=f"{due} - interval '6 hours'",
         first_contact_at=f"CASE WHEN NOT {uncontacted} THEN {opened} + interval '3 hours' END",
         status=f"CASE WHEN {uncontacted} THEN 'open' WHEN {waits} THEN 'waiting' ELSE 'contacted' END",
         stage=f"CASE WHEN g < 144 THEN {Stage.ON_TIME:d} WHEN {uncontacted} THEN {Stage.OVERDUE:d} "
               f"WHEN {waits} THEN {Stage.WAITING:d} ELSE {Stage.NO_CLOCK:d} END",
         deadline=runs, warn_at=f"{runs} - interval '6 hours'",
         waiting_until=f"CASE WHEN NOT {uncontacted} AND {waits} THEN s.clock_from + interval '3 days' END",
         team_id=f"CASE WHEN g % 4 > 0 THEN {care.pk} END",
         tags=f"CASE WHEN g = {count} THEN ARRAY['{RARE}'] ELSE s.tags END",
         # A colleague has most of them, and the agent some, of which none is urgent.
         owner_id=f"CASE WHEN g % 10 = 0 THEN {manager.pk} WHEN g % 10 < 7 THEN {colleague.pk} "
                  f"WHEN g % 10 > 8 THEN {agent.pk} END")  # fmt: skip
    for model in (Step, Activity):
        for row in model.objects.filter(ticket=first):
            copy(model, row.pk, count, id=f"s.id + g * {_GAP}", ticket_id=f"{first.pk} + g")
    assert Ticket.objects.unresolved().count() == tickets
    assert User.objects.filter(pk=manager.pk, all_teams=True).exists()
    return first.pk


_GAP = 1000  # between the ids of one row's copies, so that the copies of its neighbours fit between


def queries_of(path: str, cookie: str) -> int:
    """How many one request takes, the second time."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(SERVER_NAME="127.0.0.1")
    client.cookies[settings.SESSION_COOKIE_NAME] = cookie
    assert client.get(path).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    return len(captured)


def main() -> None:
    """Fill, sign in, count."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "nps_project.settings"
    django.setup()
    from django.conf import settings
    from django.test import Client

    from nps_project.accounts.models import User

    first = fill(int(sys.argv[1]))
    cookies = {}
    for name in (MANAGER, AGENT):
        client = Client()
        client.force_login(User.objects.get(email=f"{name}@example.com"))
        cookies[name] = client.cookies[settings.SESSION_COOKIE_NAME].value
    paths = {
        EMPTY: "/contacts/import/",
        "/desk/": "/desk/",
        "/desk/?view=waiting": "/desk/?view=waiting",
        "/desk/?sort=value": "/desk/?sort=value",
        "/desk/?q=": "/desk/?q=order+777",
        "/desk/tickets/<id>/": f"/desk/tickets/{first + 500}/",
        "/desk/answers/": "/desk/answers/",
        "/desk/answers/?group": "/desk/answers/?group=detractor",
        POLL: "/desk/live/",
        "/desk/?tag= of one ticket": f"/desk/?tag={RARE}",
        "/desk/ of an agent": "/desk/",
    }
    pages = {name: (path, cookies[AGENT if "agent" in name else MANAGER]) for name, path in paths.items()}
    queries = {name: queries_of(*page) for name, page in pages.items()}
    pages = {name: (path, f"{settings.SESSION_COOKIE_NAME}={cookie}") for name, (path, cookie) in pages.items()}
    print(json.dumps({"pages": pages, "queries": queries}))


if __name__ == "__main__":
    main()
