"""The import of an imported contact is no foreign key in the database: its check was a sixth of an import's time."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("imports", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="importedcontact",
            name="run",
            field=models.ForeignKey(
                db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE,
                related_name="contacts", to="imports.contactimport",
            ),
        )
    ]  # fmt: skip
