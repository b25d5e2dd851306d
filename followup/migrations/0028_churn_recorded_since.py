"""Since when a survey's churn is known: before it, nobody can say who stayed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("followup", "0027_the_loop_holds")]

    operations = [
        migrations.AddField(
            model_name="surveyfollowup",
            name="churn_recorded_since",
            field=models.DateField(blank=True, null=True, verbose_name="customers who left are recorded since"),
        ),
    ]
