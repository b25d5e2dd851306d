"""A list of the sample data, and one gap in append-only: what belongs to a survey on that list may be removed.

The gap cannot widen: a survey comes on the list before its first answer or never, the list is not changed afterwards,
and a transaction must say that it is removing samples.
"""

import django.contrib.postgres.fields
import django.utils.timezone
from django.db import migrations, models

_KEEP = """
CREATE OR REPLACE FUNCTION surveys_responsechange_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.old_comment = ''
        AND (NEW.id, NEW.response_id, NEW.at, NEW.old_score, NEW.new_score)
            IS NOT DISTINCT FROM (OLD.id, OLD.response_id, OLD.at, OLD.old_score, OLD.new_score) THEN
        RETURN NEW;
    END IF;
    {gap}RAISE EXCEPTION 'surveys_responsechange is append-only' USING ERRCODE = 'restrict_violation';
END $$;
"""
_GAP = """IF TG_OP = 'DELETE'
        AND surveys_removes_sample((SELECT survey_id FROM surveys_response WHERE id = OLD.response_id)) THEN
        RETURN OLD;
    END IF;
    """

FORWARD = """
CREATE FUNCTION surveys_sample_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.survey_ids IS DISTINCT FROM OLD.survey_ids THEN
        RAISE EXCEPTION 'the list of sample surveys is not changed' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'INSERT' AND EXISTS (SELECT FROM surveys_response WHERE survey_id = ANY (NEW.survey_ids)) THEN
        RAISE EXCEPTION 'a survey with answers is no sample' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER sample_stays BEFORE INSERT OR UPDATE ON surveys_sample
    FOR EACH ROW EXECUTE FUNCTION surveys_sample_stays();
CREATE FUNCTION surveys_removes_sample(survey bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(current_setting('winback.removing_samples', true), '') = 'on'
        AND EXISTS (SELECT FROM surveys_sample WHERE survey = ANY (survey_ids))
$$;
"""

BACKWARD = """
DROP FUNCTION surveys_removes_sample(bigint);
DROP TRIGGER sample_stays ON surveys_sample;
DROP FUNCTION surveys_sample_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("surveys", "0002_changes_are_append_only")]
    operations = [
        migrations.CreateModel(
            name="Sample",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                (
                    "survey_ids",
                    django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None),
                ),
                ("made", models.JSONField(default=dict)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="sample_only_one")],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RunSQL(_KEEP.format(gap=_GAP), _KEEP.format(gap="")),
    ]
