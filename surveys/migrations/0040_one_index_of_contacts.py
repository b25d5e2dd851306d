"""The index by contact and time stands in for the one by contact alone: each answer is written into one of them."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("surveys", "0039_answers_of_a_contact_by_time")]

    operations = [
        migrations.RemoveIndex(model_name="response", name="response_contact"),
    ]
