"""`python -m tests.bench.routed 100000`: a team of twenty with so many open tickets.

And a rule that sends it every new one, in the database of DATABASE_URL.
"""

import sys

import django

PEOPLE, FULL, LIMIT = 20, 10, 30  # ten of them have a limit, and far more tickets than that

GIVE_OUT = """
UPDATE followup_ticket SET team_id = %s, owner_id = (%s::bigint[])[1 + id %% %s]
"""


def fill(tickets: int) -> None:
    """The tickets, the people and the rule."""
    from django.db import connection

    from followup.models import RouteTo, RoutingRule, WorkShare
    from nps_project.accounts.models import Team
    from tests.bench import filling
    from tests.bench.answering import make_survey
    from tests.factories import make_user

    filling.fill(tickets)
    make_survey()
    team = Team.objects.create(name="Twenty")
    people = [make_user(f"agent{number}", role="agent") for number in range(PEOPLE)]
    team.members.set(people)
    WorkShare.objects.bulk_create(WorkShare(team=team, person=person, open_limit=LIMIT) for person in people[:FULL])
    RoutingRule.objects.create(name="All", position=1, to=RouteTo.TEAM, team=team)
    with connection.cursor() as cursor:
        cursor.execute(GIVE_OUT, [team.pk, [person.pk for person in people], PEOPLE])


if __name__ == "__main__":
    django.setup()
    fill(int(sys.argv[1]))
