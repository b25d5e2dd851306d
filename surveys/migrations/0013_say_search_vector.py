"""The name in code: search_vector. No statement: the columns keep their names, so that old code runs on."""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations

from nps_project.common.migration_operations import RenameInCode


class Migration(migrations.Migration):
    dependencies = [("surveys", "0012_say_survey_texts")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveIndex("contact", "contact_words"),
                migrations.RemoveIndex("response", "response_comment_words"),
                RenameInCode("contact", "words", "search_vector"),
                RenameInCode("response", "comment_words", "search_vector"),
                migrations.AddIndex("contact", GinIndex(fields=["search_vector"], name="contact_words")),
                migrations.AddIndex("response", GinIndex(fields=["search_vector"], name="response_comment_words")),
            ]
        ),
    ]
