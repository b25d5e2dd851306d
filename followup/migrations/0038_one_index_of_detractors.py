"""The index of promises does the work of both."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("followup", "0037_promises_from_an_index")]

    operations = [
        migrations.RemoveIndex(model_name="ticket", name="ticket_of_detractor"),
        migrations.RemoveIndex(model_name="ticket", name="ticket_promise_ended"),
    ]
