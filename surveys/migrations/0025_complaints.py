"""Keep when a customer complained of a mail."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0024_campaigns_are_known"),
    ]

    operations = [
        migrations.AddField(
            model_name="invitation",
            name="complained_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="complained"),
        ),
    ]
