"""The names that people read for traits."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0036_own_words_stay"),
    ]

    operations = [
        migrations.CreateModel(
            name="TraitLabel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=50, unique=True, verbose_name="trait")),
                ("labels", models.JSONField(default=dict, verbose_name="label")),
            ],
            options={
                "verbose_name": "label of a trait",
                "verbose_name_plural": "labels of traits",
                "ordering": ["name"],
            },
        ),
    ]
