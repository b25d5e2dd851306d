"""After a restore a mailbox's folder of mails that were put away is read again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inbound", "0002_mails_that_came_in")]

    operations = [
        migrations.AddField("mailsource", "read_again_since", models.DateTimeField(null=True)),
        migrations.AddField("mailsource", "again_uid", models.BigIntegerField(db_default=0, default=0)),
    ]
