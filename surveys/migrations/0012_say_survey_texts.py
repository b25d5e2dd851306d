"""Names in code: SurveyTexts, texts. No statement: table and columns keep their names, so that old code runs on."""

import django.db.models.deletion
from django.db import migrations, models

from nps_project.common.migration_operations import RenameInCode


class Migration(migrations.Migration):
    dependencies = [("surveys", "0011_find_by_folded_words")]

    operations = [
        migrations.AlterModelTable("SurveyWords", "surveys_surveywords"),
        migrations.RenameModel("SurveyWords", "SurveyTexts"),  # and its content type; the table has its name already
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    "SurveyTexts",
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="texts", to="surveys.survey"
                    ),
                ),
                RenameInCode("Response", "words", "texts"),
            ]
        ),
    ]
