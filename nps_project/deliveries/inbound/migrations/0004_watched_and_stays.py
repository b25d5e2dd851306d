"""Somebody waits for news of a mailbox; a mail that an app has may stay where it is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inbound", "0003_read_again_after_restore")]

    operations = [
        migrations.AddField("mailsource", "watched_until", models.DateTimeField(null=True)),
        migrations.AddField("inboundmail", "stays", models.BooleanField(db_default=False, default=False)),
    ]
