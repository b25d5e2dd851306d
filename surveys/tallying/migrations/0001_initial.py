"""Tallies by trait, and the function by which the statement that stores an answer sees which traits are marked.

A prepared statement sees what was committed before it began, also where it then waited for a lock; what a volatile
function reads is of the moment at which it runs (surveys/tallying/counting.py says why that matters).
"""

import django.db.models.deletion
from django.db import migrations, models


_MARKS = """
CREATE FUNCTION tallying_marks() RETURNS TABLE (id bigint, name text) LANGUAGE plpgsql VOLATILE ROWS 5 AS $$
BEGIN
    RETURN QUERY SELECT mark.id, mark.name::text FROM tallying_markedtrait mark
    WHERE mark.state = 'filling' OR mark.state = 'ready';
END
$$
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("surveys", "0041_asked_when"),
    ]

    operations = [
        migrations.CreateModel(
            name="MarkedTrait",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=50, unique=True, verbose_name="trait")),
                ("place", models.PositiveSmallIntegerField(unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting to begin"),
                            ("filling", "Counting the answers so far"),
                            ("ready", "Counted"),
                            ("refused", "Too many different values"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("until", models.BigIntegerField(null=True)),
                ("filled_to", models.BigIntegerField(default=0)),
                ("values", models.PositiveIntegerField(null=True)),
                ("looked_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "trait that answers are counted by",
                "verbose_name_plural": "traits that answers are counted by",
                "ordering": ["name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "filling", "ready", "refused"])),
                        name="marked_trait_state_known",
                    ),
                    models.CheckConstraint(condition=models.Q(("place__range", (1, 5))), name="marked_trait_place"),
                    models.CheckConstraint(
                        condition=models.Q(("state", "waiting"), ("until__isnull", False), _connector="OR"),
                        name="marked_trait_has_begun",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TraitTally",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "trait_id",
                        "survey_id",
                        "day",
                        "value",
                        "score",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("day", models.DateField()),
                ("value", models.TextField(db_collation="C")),
                ("score", models.SmallIntegerField()),
                ("count", models.IntegerField(default=0)),
                (
                    "survey",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="surveys.survey",
                    ),
                ),
                (
                    "trait",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="tallies",
                        to="tallying.markedtrait",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("score__range", (0, 10))), name="trait_tally_score_range"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("count__gte", 0)), name="trait_tally_count_not_negative"
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            "ALTER TABLE tallying_traittally SET (fillfactor = 70)",  # rows of today are updated again and again
            "ALTER TABLE tallying_traittally RESET (fillfactor)",
        ),
        migrations.RunSQL(_MARKS, "DROP FUNCTION tallying_marks()"),
    ]
