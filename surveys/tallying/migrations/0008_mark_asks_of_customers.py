"""Mark the days of a customer's asks when what these are divided by changes."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER tallying_of_asks AFTER UPDATE OF language, account_manager, traits ON surveys_contact FOR EACH ROW
    WHEN (OLD.language <> NEW.language OR OLD.account_manager <> NEW.account_manager
        OR OLD.traits -> 'company' IS DISTINCT FROM NEW.traits -> 'company')
    EXECUTE FUNCTION tallying_contact_of_asks_changes();
"""
BACKWARD = "DROP TRIGGER tallying_of_asks ON surveys_contact;"


class Migration(migrations.Migration):
    dependencies = [("tallying", "0007_mark_asks_of_answers")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
