"""Which promises are calls: a call that reaches the customer keeps them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("followup", "0030_trials"),
    ]

    operations = [
        migrations.AddField(
            model_name="promise",
            name="is_call",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
    ]
