"""Tickets that an answer followed before take its score. Nobody is asked again whose ticket was resolved before."""

from django.db import migrations

_FILL = """
UPDATE followup_ticket SET score_after = later.score
FROM (
    SELECT DISTINCT ON (follows_id) follows_id, score FROM surveys_response
    WHERE follows_id IS NOT NULL AND state = 'confirmed' ORDER BY follows_id, answered_at DESC, id DESC
) AS later
WHERE followup_ticket.response_id = later.follows_id
"""


class Migration(migrations.Migration):
    dependencies = [("followup", "0023_find_whom_to_ask_again")]

    operations = [migrations.RunSQL(_FILL, migrations.RunSQL.noop)]
