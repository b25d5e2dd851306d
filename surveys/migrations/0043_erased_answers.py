"""Answers that were erased. Apart from 0042, so that neither table is locked while the other is waited for: an answer
that is stored holds its own table and waits for that of the customers.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("surveys", "0042_erased")]

    operations = [
        migrations.AddField(
            model_name="response", name="erased_at", field=models.DateTimeField(editable=False, null=True)
        )
    ]
