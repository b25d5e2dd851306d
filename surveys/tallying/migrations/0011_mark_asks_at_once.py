"""Mark the day of an ask by one statement, and once where it stays the same day.

A customer waits for it with each answer by invitation: 0.09 ms in place of 0.35, of 0.8 for all that stores the answer.
"""

from django.db import migrations

FORWARD = """
CREATE OR REPLACE FUNCTION tallying_mark_ask_day(at timestamptz) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    me CONSTANT bigint := pg_current_xact_id()::text::bigint;
BEGIN
    IF at < statement_timestamp() - interval '1 hour' THEN
        INSERT INTO tallying_changedaskday (day, changed_by)
        SELECT changed.day, me FROM (
            SELECT (at AT TIME ZONE coalesce((SELECT name FROM surveys_tallyzone), current_setting('TimeZone')))::date
        ) AS changed (day)
        WHERE NOT EXISTS (SELECT FROM tallying_changedaskday known WHERE changed_by = me AND known.day = changed.day);
    END IF;
END $$;
CREATE OR REPLACE FUNCTION tallying_ask_changes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    asked CONSTANT text[] := ARRAY['created', 'sent', 'delivered', 'bounced', 'answered'];
    before CONSTANT timestamptz := CASE WHEN OLD.status = ANY(asked)
        THEN coalesce(OLD.sent_at, OLD.asked_at, OLD.created_at) END;
    after CONSTANT timestamptz := CASE WHEN NEW.status = ANY(asked)
        THEN coalesce(NEW.sent_at, NEW.asked_at, NEW.created_at) END;
BEGIN
    IF before IS NOT NULL THEN
        PERFORM tallying_mark_ask_day(before);
    END IF;
    IF after IS NOT NULL AND after IS DISTINCT FROM before THEN
        PERFORM tallying_mark_ask_day(after);
    END IF;
    RETURN NULL;
END $$;
"""
BACKWARD = """
CREATE OR REPLACE FUNCTION tallying_mark_ask_day(at timestamptz) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    changed date;
    me bigint := pg_current_xact_id()::text::bigint;
BEGIN
    IF at IS NULL OR at >= statement_timestamp() - interval '1 hour' THEN
        RETURN;
    END IF;
    changed := (at AT TIME ZONE coalesce((SELECT name FROM surveys_tallyzone), current_setting('TimeZone')))::date;
    IF NOT EXISTS (SELECT FROM tallying_changedaskday WHERE changed_by = me AND day = changed) THEN
        INSERT INTO tallying_changedaskday (day, changed_by) VALUES (changed, me);
    END IF;
END $$;
CREATE OR REPLACE FUNCTION tallying_ask_changes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    asked CONSTANT text[] := ARRAY['created', 'sent', 'delivered', 'bounced', 'answered'];
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.status = ANY(asked) THEN
        PERFORM tallying_mark_ask_day(coalesce(OLD.sent_at, OLD.asked_at, OLD.created_at));
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.status = ANY(asked) THEN
        PERFORM tallying_mark_ask_day(coalesce(NEW.sent_at, NEW.asked_at, NEW.created_at));
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("tallying", "0010_mark_days_of_the_base")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
