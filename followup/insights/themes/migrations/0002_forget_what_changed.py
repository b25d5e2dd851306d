"""A comment that changes takes the cause along that its words suggested, whoever changes it."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION themes_forget() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM themes_suggestion WHERE response_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER themes_forget AFTER UPDATE OF comment ON surveys_response FOR EACH ROW
    WHEN (OLD.comment <> NEW.comment) EXECUTE FUNCTION themes_forget();
"""

BACKWARD = """
DROP TRIGGER themes_forget ON surveys_response;
DROP FUNCTION themes_forget();
"""


class Migration(migrations.Migration):
    dependencies = [("themes", "0001_themes"), ("words", "0002_forget_what_changed")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
