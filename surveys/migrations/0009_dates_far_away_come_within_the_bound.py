from datetime import UTC, datetime
from typing import Any

from django.db import migrations

FIRST, LAST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2999, 12, 31, tzinfo=UTC)


def bring_near(apps: Any, schema_editor: Any) -> None:
    """Years such as 9999 were taken once; shown in a zone east of UTC they lie after the last that Python knows."""
    for model, field in (("Survey", "closes_at"), ("Invitation", "send_at")):
        rows = apps.get_model("surveys", model).objects
        rows.filter(**{f"{field}__gt": LAST}).update(**{field: LAST})
        rows.filter(**{f"{field}__lt": FIRST}).update(**{field: FIRST})


class Migration(migrations.Migration):
    dependencies = [("surveys", "0008_reach_before_a_change")]
    operations = [migrations.RunPython(bring_near, migrations.RunPython.noop, elidable=True)]
