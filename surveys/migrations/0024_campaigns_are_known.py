"""Look at the rows that were there before the constraint of 0022."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("surveys", "0023_find_recipients")]

    operations = [
        migrations.RemoveIndex(model_name="invitation", name="invitation_to_ask"),  # invitation_turns does its work
        migrations.RunSQL(
            "ALTER TABLE surveys_invitation VALIDATE CONSTRAINT invitation_campaign_id_known", migrations.RunSQL.noop
        ),
    ]
