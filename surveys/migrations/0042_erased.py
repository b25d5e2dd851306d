"""Customers who were erased; the reason of a decision about an answer may be emptied, and nothing else."""

from django.db import migrations, models

_KEEP = """
CREATE OR REPLACE FUNCTION surveys_decision_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {gap}IF TG_OP = 'DELETE'
        AND surveys_removes_sample((SELECT survey_id FROM surveys_response WHERE id = OLD.response_id)) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'surveys_decision is append-only' USING ERRCODE = 'restrict_violation';
END $$;
"""
_GAP = """IF TG_OP = 'UPDATE' AND NEW.reason = ''
        AND (NEW.id, NEW.response_id, NEW.kind, NEW.before, NEW.by_id, NEW.at, NEW.bulk_id)
            IS NOT DISTINCT FROM (OLD.id, OLD.response_id, OLD.kind, OLD.before, OLD.by_id, OLD.at, OLD.bulk_id) THEN
        RETURN NEW;
    END IF;
    """


class Migration(migrations.Migration):
    dependencies = [("surveys", "0041_asked_when")]

    operations = [
        migrations.AddField(
            model_name="contact", name="erased_at", field=models.DateTimeField(editable=False, null=True)
        ),
        migrations.RunSQL(_KEEP.format(gap=_GAP), _KEEP.format(gap="")),
    ]
