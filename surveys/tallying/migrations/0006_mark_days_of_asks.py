"""Mark each day of the past whose asks change, or the answers to them, or the customers behind them, in the
transaction of the change. As 0003 does for answers: an ask of the last hour needs no mark.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION tallying_mark_ask_day(at timestamptz) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
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
CREATE FUNCTION tallying_ask_changes() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE FUNCTION tallying_answer_of_ask_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM tallying_mark_ask_day(coalesce(sent_at, asked_at, created_at)) FROM surveys_invitation
        WHERE id = OLD.invitation_id OR id = NEW.invitation_id;
    RETURN NULL;
END $$;
CREATE FUNCTION tallying_contact_of_asks_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM tallying_mark_ask_day(coalesce(sent_at, asked_at, created_at)) FROM surveys_invitation
        WHERE contact_id = NEW.id AND status = ANY(ARRAY['created', 'sent', 'delivered', 'bounced', 'answered']);
    RETURN NULL;
END $$;
CREATE TRIGGER tallying_asked AFTER INSERT OR DELETE ON surveys_invitation
    FOR EACH ROW EXECUTE FUNCTION tallying_ask_changes();
CREATE TRIGGER tallying_ask_changes
    AFTER UPDATE OF survey_id, contact_id, campaign_id, channel, status, language, sent_at, asked_at, created_at,
        delivered_at, answered_at ON surveys_invitation
    FOR EACH ROW WHEN (
        (OLD.survey_id, OLD.contact_id, OLD.campaign_id, OLD.channel, OLD.status, OLD.language, OLD.sent_at,
            OLD.asked_at, OLD.created_at, OLD.delivered_at, OLD.answered_at)
        IS DISTINCT FROM
        (NEW.survey_id, NEW.contact_id, NEW.campaign_id, NEW.channel, NEW.status, NEW.language, NEW.sent_at,
            NEW.asked_at, NEW.created_at, NEW.delivered_at, NEW.answered_at)
    ) EXECUTE FUNCTION tallying_ask_changes();
"""
BACKWARD = """
DROP TRIGGER tallying_ask_changes ON surveys_invitation;
DROP TRIGGER tallying_asked ON surveys_invitation;
DROP FUNCTION tallying_contact_of_asks_changes();
DROP FUNCTION tallying_answer_of_ask_changes();
DROP FUNCTION tallying_ask_changes();
DROP FUNCTION tallying_mark_ask_day(timestamptz);
"""


class Migration(migrations.Migration):
    dependencies = [("tallying", "0005_asks_by_day")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
