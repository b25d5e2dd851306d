"""The history of an answer cannot be rewritten: only an old comment may be emptied, for erasure."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION surveys_responsechange_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.old_comment = ''
        AND (NEW.id, NEW.response_id, NEW.at, NEW.old_score, NEW.new_score)
            IS NOT DISTINCT FROM (OLD.id, OLD.response_id, OLD.at, OLD.old_score, OLD.new_score) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'surveys_responsechange is append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON surveys_responsechange
    FOR EACH ROW EXECUTE FUNCTION surveys_responsechange_append_only();
"""

BACKWARD = """
DROP TRIGGER append_only ON surveys_responsechange;
DROP FUNCTION surveys_responsechange_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("surveys", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
