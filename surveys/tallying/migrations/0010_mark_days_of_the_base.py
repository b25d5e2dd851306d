"""Mark the days of a customer's answers also when their language changes, or whether they are of the customer base."""

from django.db import migrations

BEFORE = """
DROP TRIGGER tallying_changes ON surveys_contact;
CREATE TRIGGER tallying_changes AFTER UPDATE OF account_manager, traits ON surveys_contact FOR EACH ROW
    WHEN (OLD.account_manager <> NEW.account_manager
        OR OLD.traits -> 'company' IS DISTINCT FROM NEW.traits -> 'company')
    EXECUTE FUNCTION tallying_contact_changes();
"""
FORWARD = """
DROP TRIGGER tallying_changes ON surveys_contact;
CREATE TRIGGER tallying_changes AFTER UPDATE OF account_manager, traits, language, churned_at, survey_id
    ON surveys_contact FOR EACH ROW
    WHEN (OLD.account_manager <> NEW.account_manager OR OLD.language <> NEW.language
        OR OLD.traits -> 'company' IS DISTINCT FROM NEW.traits -> 'company'
        OR (OLD.churned_at IS NULL) <> (NEW.churned_at IS NULL) OR (OLD.survey_id IS NULL) <> (NEW.survey_id IS NULL))
    EXECUTE FUNCTION tallying_contact_changes();
"""


class Migration(migrations.Migration):
    dependencies = [("tallying", "0009_count_many")]
    operations = [migrations.RunSQL(FORWARD, BEFORE)]
