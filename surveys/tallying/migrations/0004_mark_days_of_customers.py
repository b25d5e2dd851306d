"""Mark the days of a customer's answers when their company or account manager changes. Apart from 0003, so that neither
table is locked while the other is waited for.
"""

from django.db import migrations

FORWARD = """
CREATE TRIGGER tallying_changes AFTER UPDATE OF account_manager, traits ON surveys_contact FOR EACH ROW
    WHEN (OLD.account_manager <> NEW.account_manager
        OR OLD.traits -> 'company' IS DISTINCT FROM NEW.traits -> 'company')
    EXECUTE FUNCTION tallying_contact_changes();
"""

BACKWARD = "DROP TRIGGER tallying_changes ON surveys_contact;"


class Migration(migrations.Migration):
    dependencies = [("tallying", "0003_mark_days_that_change")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
