"""When a customer was asked before an invitation: put back when its mail never left."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("surveys", "0028_find_mails_that_arrived")]

    operations = [
        migrations.AddField("invitation", "asked_before", models.DateTimeField(blank=True, editable=False, null=True))
    ]
