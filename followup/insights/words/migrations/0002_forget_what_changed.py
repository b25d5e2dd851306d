"""A comment or score that changes takes what was read of it along, whoever changes it; it is read again."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION words_forget() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM words_commentterms WHERE response_id = NEW.id;
    INSERT INTO words_toread (response_id) VALUES (NEW.id) ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER words_forget AFTER UPDATE OF comment, score ON surveys_response FOR EACH ROW
    WHEN (OLD.comment <> NEW.comment OR (OLD.score <> NEW.score AND NEW.comment <> ''))
    EXECUTE FUNCTION words_forget();
"""

BACKWARD = """
DROP TRIGGER words_forget ON surveys_response;
DROP FUNCTION words_forget();
"""


class Migration(migrations.Migration):
    dependencies = [("words", "0001_words")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
