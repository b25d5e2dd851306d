"""Mark each day of the past whose answers change, or the customers behind them, in the transaction of the change.

Answers come in today, and a day is counted two hours after its end at the earliest (days/counting.py), so an answer of
the last hour needs no mark: to store one costs one comparison. Each transaction marks a day by a row of its own, so that
nobody waits, and marks it once.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION tallying_mark_day(at timestamptz) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    changed date := (at AT TIME ZONE coalesce((SELECT name FROM surveys_tallyzone), current_setting('TimeZone')))::date;
    me bigint := pg_current_xact_id()::text::bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM tallying_changedday WHERE changed_by = me AND day = changed) THEN
        INSERT INTO tallying_changedday (day, changed_by) VALUES (changed, me);
    END IF;
END $$;
CREATE FUNCTION tallying_answer_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM tallying_mark_day(OLD.answered_at);
    END IF;
    IF TG_OP <> 'DELETE' AND (TG_OP = 'INSERT' OR NEW.answered_at <> OLD.answered_at) THEN
        PERFORM tallying_mark_day(NEW.answered_at);
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION tallying_contact_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM tallying_mark_day(answered_at) FROM surveys_response WHERE contact_id = NEW.id AND state = 'confirmed';
    RETURN NULL;
END $$;
CREATE TRIGGER tallying_late AFTER INSERT ON surveys_response FOR EACH ROW
    WHEN (NEW.state = 'confirmed' AND NEW.answered_at < statement_timestamp() - interval '1 hour')
    EXECUTE FUNCTION tallying_answer_changes();
CREATE TRIGGER tallying_changes
    AFTER UPDATE OF survey_id, score, state, language, channel, traits, contact_id, answered_at ON surveys_response
    FOR EACH ROW WHEN (
        (OLD.survey_id, OLD.score, OLD.state, OLD.language, OLD.channel, OLD.traits, OLD.contact_id, OLD.answered_at)
        IS DISTINCT FROM
        (NEW.survey_id, NEW.score, NEW.state, NEW.language, NEW.channel, NEW.traits, NEW.contact_id, NEW.answered_at)
    ) EXECUTE FUNCTION tallying_answer_changes();
CREATE TRIGGER tallying_goes AFTER DELETE ON surveys_response FOR EACH ROW
    WHEN (OLD.state = 'confirmed') EXECUTE FUNCTION tallying_answer_changes();
"""

BACKWARD = """
DROP TRIGGER tallying_goes ON surveys_response;
DROP TRIGGER tallying_changes ON surveys_response;
DROP TRIGGER tallying_late ON surveys_response;
DROP FUNCTION tallying_contact_changes();
DROP FUNCTION tallying_answer_changes();
DROP FUNCTION tallying_mark_day(timestamptz);
"""


class Migration(migrations.Migration):
    dependencies = [("tallying", "0002_days_counted")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
