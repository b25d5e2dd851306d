"""Indexes of contacts for the filters of lists and segments, made while the product goes on."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations, models

from nps_project.common.migration_operations import AddIndexWhileInUse


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("surveys", "0017_find_contacts_by_phone")]

    operations = [
        AddIndexWhileInUse(
            model_name="contact", index=GinIndex(OpClass("traits", "jsonb_path_ops"), name="contact_traits")
        ),
        AddIndexWhileInUse(
            model_name="contact",
            index=models.Index(condition=models.Q(("value__isnull", False)), fields=["value"], name="contact_value"),
        ),
        AddIndexWhileInUse(
            model_name="contact",
            index=models.Index(
                condition=models.Q(("account_manager", ""), _negated=True),
                fields=["account_manager", "id"],
                name="contact_manager",
            ),
        ),
        AddIndexWhileInUse(
            model_name="contact",
            index=models.Index(
                condition=models.Q(("unsubscribed_at__isnull", False)), fields=["id"], name="contact_unsubscribed"
            ),
        ),
        AddIndexWhileInUse(
            model_name="contact",
            index=models.Index(
                condition=models.Q(("bounced_at__isnull", False)), fields=["id"], name="contact_bounced"
            ),
        ),
        AddIndexWhileInUse(
            model_name="contact",
            index=models.Index(condition=models.Q(("do_not_contact", True)), fields=["id"], name="contact_no_contact"),
        ),
    ]
