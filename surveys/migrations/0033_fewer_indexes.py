"""Indexes of foreign keys that others stand in for, or that nothing asks: each was written with every answer."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0032_find_by_follows"),
    ]

    operations = [
        migrations.AlterField(
            model_name="response",
            name="contact",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="responses",
                to="surveys.contact",
            ),
        ),
        migrations.AlterField(
            model_name="response",
            name="follows",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="followed_by",
                to="surveys.response",
            ),
        ),
        migrations.AlterField(
            model_name="response",
            name="survey",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="responses",
                to="surveys.survey",
            ),
        ),
        migrations.AlterField(
            model_name="response",
            name="texts",
            field=models.ForeignKey(
                blank=True,
                db_column="words_id",
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="surveys.surveytexts",
            ),
        ),
    ]
