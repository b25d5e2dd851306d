"""Whether a customer chose their language, which no import changes then."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("surveys", "0029_asked_before")]

    operations = [
        migrations.AddField(
            "contact", "is_language_chosen", models.BooleanField(db_default=False, default=False, editable=False)
        )
    ]
