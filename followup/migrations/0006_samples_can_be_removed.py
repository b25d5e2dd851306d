"""The history of a ticket stays append-only, but for tickets of sample surveys (see surveys 0003)."""

from django.db import migrations

_KEEP = """
CREATE OR REPLACE FUNCTION followup_activity_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {gap}RAISE EXCEPTION 'followup_activity is append-only' USING ERRCODE = 'restrict_violation';
END $$;
"""
# Both the ticket and the answer it stands on must be a sample's.
_GAP = """IF TG_OP = 'DELETE' AND EXISTS (
        SELECT FROM followup_ticket ticket JOIN surveys_response response ON response.id = ticket.response_id
        WHERE ticket.id = OLD.ticket_id AND surveys_removes_sample(ticket.survey_id)
            AND surveys_removes_sample(response.survey_id)
    ) THEN
        RETURN OLD;
    END IF;
    """


class Migration(migrations.Migration):
    dependencies = [
        ("followup", "0005_two_more_kinds_of_history"),
        ("surveys", "0003_samples_can_be_removed"),
    ]
    operations = [migrations.RunSQL(_KEEP.format(gap=_GAP), _KEEP.format(gap=""))]
