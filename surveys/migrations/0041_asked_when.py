"""When customers were asked: the figures about those who did not answer read a period, not all invitations."""

from django.db import migrations, models
from django.db.models.functions import Coalesce

from nps_project.common.migration_operations import AddIndexWhileInUse

STATES = ("created", "sent", "delivered", "bounced", "answered")


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("surveys", "0040_one_index_of_contacts")]

    operations = [
        AddIndexWhileInUse(
            model_name="invitation",
            index=models.Index(
                Coalesce("sent_at", "asked_at", "created_at"),
                models.F("survey"),
                condition=models.Q(*[("status", one) for one in STATES], _connector=models.Q.OR),
                name="invitation_asked_when",
            ),
        ),
    ]
