"""Words for each band of scores, in place of each group. Columns keep their names, so that old code runs on: what it
makes meanwhile has no words of 3-4 and 5-6, and customers read the standard ones there."""

from typing import Any

from django.db import migrations, models
from django.db.migrations.operations.base import Operation

from nps_project.common.migration_operations import RenameInCode

OF_GROUPS = {"detractor": "0_2", "passive": "7_8", "promoter": "9_10"}  # whose columns stay, and their bands
NEW = ("3_4", "5_6")


def _fields(band: str, **of_ask: Any) -> list[tuple[str, Any]]:
    of_thanks = {name: value.replace("ask_", "thanks_") for name, value in of_ask.items()}
    scores = band.replace("_", "-")
    return [
        (f"ask_{band}", models.CharField(f"asked after {scores}", max_length=300, blank=True, **of_ask)),
        (f"thanks_{band}", models.TextField(f"thank-you after {scores}", max_length=1000, blank=True, **of_thanks)),
    ]


def _renamed() -> list[Operation]:
    found: list[Operation] = []
    for group, band in OF_GROUPS.items():
        found += [RenameInCode("SurveyTexts", f"{kind}_{group}", f"{kind}_{band}") for kind in ("ask", "thanks")]
        fields = _fields(band, db_column=f"ask_{group}")
        found += [migrations.AlterField("SurveyTexts", name, field) for name, field in fields]
    return found


class Migration(migrations.Migration):
    dependencies = [("surveys", "0034_announcement")]

    operations = [
        migrations.SeparateDatabaseAndState(state_operations=_renamed()),
        *(
            migrations.AddField("SurveyTexts", name, field)
            for band in NEW
            for name, field in _fields(band, default="", db_default="")
        ),
    ]
