"""The history of a ticket cannot be rewritten, not even by the admin or the shell."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION followup_activity_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'followup_activity is append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON followup_activity
    FOR EACH ROW EXECUTE FUNCTION followup_activity_append_only();
"""

BACKWARD = """
DROP TRIGGER append_only ON followup_activity;
DROP FUNCTION followup_activity_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("followup", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
