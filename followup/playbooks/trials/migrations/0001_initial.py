"""Trials of plays, and whom they drew."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
import followup.playbooks.trials.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("followup", "0030_trials"),
        ("surveys", "0038_ask_again_once"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Trial",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("expectation", models.TextField(max_length=2000, verbose_name="what you expect, and why")),
                (
                    "scores",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.SmallIntegerField(), size=None, verbose_name="scores"
                    ),
                ),
                ("baseline", models.PositiveSmallIntegerField(verbose_name="come back better as it is (%)")),
                ("effect", models.PositiveSmallIntegerField(verbose_name="effect worth finding (points)")),
                ("per_arm", models.PositiveIntegerField(verbose_name="customers for each version")),
                ("window_days", models.PositiveSmallIntegerField(verbose_name="days in which a second score counts")),
                ("last_day", models.DateField(verbose_name="last day of drawing")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("drawing", "Draws customers"),
                            ("waiting", "Waits for second scores"),
                            ("ended", "Ended"),
                            ("stopped", "Stopped without result"),
                        ],
                        default="draft",
                        max_length=7,
                        verbose_name="state",
                    ),
                ),
                ("seed", models.BinaryField(default=followup.playbooks.trials.models.new_seed, max_length=16)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("drawn_until", models.DateTimeField(blank=True, null=True)),
                ("counts_until", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("stop_reason", models.TextField(blank=True, max_length=1000, verbose_name="why it is stopped")),
                ("result", models.JSONField(blank=True, null=True)),
                ("adopted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "adopted",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="followup.playbookversion",
                    ),
                ),
                (
                    "adopted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "before",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="followup.playbookversion",
                    ),
                ),
                (
                    "changed",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="trial", to="followup.playbookversion"
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "playbook",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="trials",
                        to="followup.playbook",
                        verbose_name="playbook",
                    ),
                ),
                (
                    "started_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "stopped_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "surveys",
                    models.ManyToManyField(blank=True, related_name="+", to="surveys.survey", verbose_name="surveys"),
                ),
            ],
            options={
                "verbose_name": "trial",
                "verbose_name_plural": "trials",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Draw",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("arm", models.CharField(choices=[("a", "As it is"), ("b", "With the change")], max_length=1)),
                ("score", models.SmallIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="surveys.contact",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="followup.ticket"
                    ),
                ),
                (
                    "trial",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="draws", to="trials.trial"
                    ),
                ),
            ],
            options={
                "verbose_name": "draw of a trial",
                "verbose_name_plural": "draws of a trial",
                "ordering": ["id"],
            },
        ),
        migrations.AddConstraint(
            model_name="trial",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["draft", "drawing", "waiting", "ended", "stopped"])),
                name="trial_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="trial",
            constraint=models.CheckConstraint(
                condition=models.Q(("baseline__range", (1, 98)), ("effect__range", (1, 98)), ("per_arm__gte", 2)),
                name="trial_size_range",
            ),
        ),
        migrations.AddConstraint(
            model_name="trial",
            constraint=models.CheckConstraint(
                condition=models.Q(("window_days__range", (21, 180))), name="trial_window_range"
            ),
        ),
        migrations.AddConstraint(
            model_name="trial",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("before", None), ("started_at", None), ("state", "draft")),
                    models.Q(
                        models.Q(("state", "draft"), _negated=True),
                        ("before__isnull", False),
                        ("started_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="trial_started_with_plays",
            ),
        ),
        migrations.AddConstraint(
            model_name="trial",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("drawn_until", None), ("state__in", ["draft", "drawing"])),
                    models.Q(("counts_until__isnull", False), ("drawn_until__isnull", False), ("state", "waiting")),
                    models.Q(
                        ("drawn_until__isnull", False), ("ended_at__isnull", False), ("state__in", ["ended", "stopped"])
                    ),
                    _connector="OR",
                ),
                name="trial_ends_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="trial",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("result__isnull", False), ("state", "ended")),
                    models.Q(models.Q(("state", "ended"), _negated=True), ("result", None)),
                    _connector="OR",
                ),
                name="trial_result_at_the_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="trial",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "stopped"), _negated=True), ("stop_reason__gt", ""), _connector="OR"
                ),
                name="trial_stopped_with_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="draw",
            constraint=models.UniqueConstraint(fields=("trial", "contact"), name="draw_once_per_customer"),
        ),
        migrations.AddConstraint(
            model_name="draw",
            constraint=models.UniqueConstraint(fields=("trial", "ticket"), name="draw_once_per_ticket"),
        ),
        migrations.AddConstraint(
            model_name="draw",
            constraint=models.CheckConstraint(condition=models.Q(("arm__in", ["a", "b"])), name="draw_arm_known"),
        ),
    ]
