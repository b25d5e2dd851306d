"""ActivityText.search_vector is the name in code. No statement: the column keeps its name, so old code runs on."""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations

from nps_project.common.migration_operations import RenameInCode


class Migration(migrations.Migration):
    dependencies = [("followup", "0014_find_by_folded_words")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveIndex("activitytext", "activity_text_words"),
                RenameInCode("activitytext", "words", "search_vector"),
                migrations.AddIndex("activitytext", GinIndex(fields=["search_vector"], name="activity_text_words")),
            ]
        ),
    ]
