"""Tallies by trait, and the functions that count a new answer: its statement calls `tallying_count`.

A prepared statement sees what was committed before it began, also where it then waited for a lock; what a volatile
function reads is of the moment at which it runs (surveys/tallying/counting.py says why that matters).
"""

import django.db.models.deletion
from django.db import migrations, models


# As JSON text, "null" where there is none, cut off where an index would refuse it.
_VALUE = """
CREATE FUNCTION tallying_value(traits jsonb, trait text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT left(coalesce((traits -> trait)::text, 'null'), 600) COLLATE "C" $$
"""
_COUNT = """
CREATE FUNCTION tallying_count(survey bigint, on_day date, scored smallint, traits jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    IF EXISTS (SELECT FROM tallying_markedtrait WHERE state = 'filling' OR state = 'ready') THEN
        INSERT INTO tallying_traittally AS tally (trait_id, survey_id, day, value, score, count)
        SELECT mark.id, survey, on_day, tallying_value(traits, mark.name), scored, 1
        FROM tallying_markedtrait mark WHERE mark.state = 'filling' OR mark.state = 'ready' ORDER BY mark.id
        ON CONFLICT (trait_id, survey_id, day, value, score) DO UPDATE SET count = tally.count + 1;
    END IF;
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
        migrations.RunSQL(_VALUE, "DROP FUNCTION tallying_value"),
        migrations.RunSQL(_COUNT, "DROP FUNCTION tallying_count"),
    ]
