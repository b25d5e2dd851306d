"""How many promises to detractors were met and missed, by day of their clocks' start, survey and team.

What a ticket's promise counts as is decided by one function.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FORWARD = """
CREATE FUNCTION followup_promise_state(ticket followup_ticket) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN ticket.score > 6 OR ticket.discarded_at IS NOT NULL OR ticket.first_contact_due_at IS NULL THEN NULL
        WHEN ticket.first_contact_at <= ticket.first_contact_due_at THEN 'met'
        WHEN ticket.first_contact_at IS NOT NULL THEN 'missed'
        WHEN ticket.resolved_at IS NULL THEN 'running'
        WHEN ticket.outcome IS DISTINCT FROM 'no_action' THEN 'missed'
    END
$$;
CREATE FUNCTION followup_promise_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO followup_promisechange (clock_from, survey_id, team_id, met, missed, running)
    SELECT clock_from, survey_id, team_id, coalesce(sum(sign) FILTER (WHERE state = 'met'), 0),
        coalesce(sum(sign) FILTER (WHERE state = 'missed'), 0),
        coalesce(sum(sign) FILTER (WHERE state = 'running'), 0)
    FROM (
        SELECT OLD.clock_from, OLD.survey_id, OLD.team_id, followup_promise_state(OLD) AS state, -1 AS sign
        WHERE TG_OP <> 'INSERT'
        UNION ALL
        SELECT NEW.clock_from, NEW.survey_id, NEW.team_id, followup_promise_state(NEW), 1 WHERE TG_OP <> 'DELETE'
    ) AS part WHERE state IS NOT NULL GROUP BY 1, 2, 3
    HAVING count(*) = 1 OR min(state) <> max(state);
    RETURN NULL;
END $$;
CREATE TRIGGER promise_begins AFTER INSERT ON followup_ticket FOR EACH ROW
    WHEN (NEW.first_contact_due_at IS NOT NULL AND NEW.score <= 6)
    EXECUTE FUNCTION followup_promise_changes();
CREATE TRIGGER promise_changes AFTER UPDATE OF score, survey_id, team_id, clock_from, first_contact_due_at,
    first_contact_at, resolved_at, outcome, discarded_at ON followup_ticket
    FOR EACH ROW WHEN (
        (OLD.score, OLD.survey_id, OLD.team_id, OLD.clock_from, OLD.first_contact_due_at, OLD.first_contact_at,
            OLD.resolved_at, OLD.outcome, OLD.discarded_at)
        IS DISTINCT FROM
        (NEW.score, NEW.survey_id, NEW.team_id, NEW.clock_from, NEW.first_contact_due_at, NEW.first_contact_at,
            NEW.resolved_at, NEW.outcome, NEW.discarded_at)
    ) EXECUTE FUNCTION followup_promise_changes();
CREATE TRIGGER promise_goes AFTER DELETE ON followup_ticket FOR EACH ROW
    WHEN (OLD.first_contact_due_at IS NOT NULL AND OLD.score <= 6)
    EXECUTE FUNCTION followup_promise_changes();
"""
BACKWARD = """
DROP TRIGGER promise_goes ON followup_ticket;
DROP TRIGGER promise_changes ON followup_ticket;
DROP TRIGGER promise_begins ON followup_ticket;
DROP FUNCTION followup_promise_changes();
DROP FUNCTION followup_promise_state(followup_ticket);
"""
# The triggers' lock keeps out who changes a ticket until this is committed, too.
SO_FAR = """
INSERT INTO followup_promisetally (day, survey_id, team_id, met, missed, running)
SELECT (clock_from AT TIME ZONE %s)::date, survey_id, team_id, count(*) FILTER (WHERE state = 'met'),
    count(*) FILTER (WHERE state = 'missed'), count(*) FILTER (WHERE state = 'running')
FROM (SELECT clock_from, survey_id, team_id, followup_promise_state(ticket) AS state FROM followup_ticket AS ticket) AS of
WHERE state IS NOT NULL GROUP BY 1, 2, 3
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_weekly_days_are_days"),
        ("followup", "0038_one_index_of_detractors"),
        ("surveys", "0044_answers_by_day"),
    ]

    operations = [
        migrations.CreateModel(
            name="PromiseChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("clock_from", models.DateTimeField()),
                ("met", models.SmallIntegerField()),
                ("missed", models.SmallIntegerField()),
                ("running", models.SmallIntegerField()),
                (
                    "survey",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="surveys.survey",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.team",
                    ),
                ),
            ],
            options={
                "verbose_name": "change of a tally of promises",
                "verbose_name_plural": "changes of tallies of promises",
            },
        ),
        migrations.CreateModel(
            name="PromiseTally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("met", models.IntegerField()),
                ("missed", models.IntegerField()),
                ("running", models.IntegerField()),
                (
                    "survey",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="surveys.survey",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.team",
                    ),
                ),
            ],
            options={
                "verbose_name": "tally of promises",
                "verbose_name_plural": "tallies of promises",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("day", "survey", "team"),
                        include=("met", "missed", "running"),
                        name="promise_tally_once_a_day",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RunSQL([(SO_FAR, [settings.TIME_ZONE])], migrations.RunSQL.noop),
    ]
