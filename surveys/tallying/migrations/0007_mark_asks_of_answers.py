"""Mark the days of asks whose answers change. What is stored with its invitation marks that, too: see 0006."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER tallying_ask_answered AFTER UPDATE OF state, comment, invitation_id ON surveys_response
    FOR EACH ROW WHEN (
        (OLD.invitation_id IS NOT NULL OR NEW.invitation_id IS NOT NULL)
        AND (OLD.state <> NEW.state OR (OLD.comment = '') <> (NEW.comment = '')
            OR OLD.invitation_id IS DISTINCT FROM NEW.invitation_id)
    ) EXECUTE FUNCTION tallying_answer_of_ask_changes();
CREATE TRIGGER tallying_answer_goes AFTER DELETE ON surveys_response FOR EACH ROW
    WHEN (OLD.invitation_id IS NOT NULL) EXECUTE FUNCTION tallying_answer_of_ask_changes();
"""
BACKWARD = """
DROP TRIGGER tallying_answer_goes ON surveys_response;
DROP TRIGGER tallying_ask_answered ON surveys_response;
"""


class Migration(migrations.Migration):
    dependencies = [("tallying", "0006_mark_days_of_asks")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
