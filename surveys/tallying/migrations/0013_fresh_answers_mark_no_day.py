"""What changes of an answer of the last hour marks no day, as its coming in does not: no count knows of it yet.

Customers add how to reach them within minutes; each of them would have today read from its answers again.
"""

from django.db import migrations

FORWARD = """
CREATE OR REPLACE FUNCTION tallying_mark_day(at timestamptz) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    me CONSTANT bigint := pg_current_xact_id()::text::bigint;
BEGIN
    IF at < statement_timestamp() - interval '1 hour' THEN
        INSERT INTO tallying_changedday (day, changed_by)
        SELECT changed.day, me FROM (
            SELECT (at AT TIME ZONE coalesce((SELECT name FROM surveys_tallyzone), current_setting('TimeZone')))::date
        ) AS changed (day)
        WHERE NOT EXISTS (SELECT FROM tallying_changedday known WHERE changed_by = me AND known.day = changed.day);
    END IF;
END $$;
"""
BACKWARD = """
CREATE OR REPLACE FUNCTION tallying_mark_day(at timestamptz) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    changed date := (at AT TIME ZONE coalesce((SELECT name FROM surveys_tallyzone), current_setting('TimeZone')))::date;
    me bigint := pg_current_xact_id()::text::bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM tallying_changedday WHERE changed_by = me AND day = changed) THEN
        INSERT INTO tallying_changedday (day, changed_by) VALUES (changed, me);
    END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("tallying", "0012_countedsofar")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
