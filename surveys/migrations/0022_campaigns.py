"""Campaigns, and what their invitations keep."""

from functools import partial

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
import surveys.models.campaign
from django.conf import settings
from django.db import migrations, models


NOT_VALID = """ALTER TABLE surveys_invitation ADD CONSTRAINT invitation_campaign_id_known FOREIGN KEY (campaign_id)
REFERENCES surveys_campaign (id) DEFERRABLE INITIALLY DEFERRED NOT VALID"""
CAMPAIGN = partial(
    models.ForeignKey, blank=True, db_index=False, editable=False, null=True,
    on_delete=django.db.models.deletion.PROTECT, related_name="invitations", to="surveys.campaign",
    verbose_name="campaign",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0021_invitations_are_known"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Campaign",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("scheduled", "Scheduled"),
                            ("running", "Running"),
                            ("paused", "Paused"),
                            ("finished", "Finished"),
                            ("stopped", "Stopped"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=9,
                        verbose_name="status",
                    ),
                ),
                (
                    "paused_because",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("person", "a person paused it"),
                            ("late", "nothing looked at it for two hours"),
                            ("restored", "a backup was restored, and who was mailed since is not known"),
                            ("policy", "a mail was refused by policy, which is the sender's to mend"),
                            ("bounces", "too many mails came back"),
                            ("complaints", "too many recipients complained"),
                            ("not_started", "it could not be started at its time"),
                        ],
                        default="",
                        editable=False,
                        max_length=11,
                        verbose_name="paused because",
                    ),
                ),
                ("paused_detail", models.CharField(blank=True, default="", editable=False, max_length=300)),
                ("start_at", models.DateTimeField(blank=True, null=True, verbose_name="start at")),
                (
                    "sample_share",
                    models.DecimalField(
                        blank=True, decimal_places=4, max_digits=5, null=True, verbose_name="share of them"
                    ),
                ),
                ("sample_count", models.PositiveIntegerField(blank=True, null=True, verbose_name="number of them")),
                ("seed", models.BigIntegerField(default=surveys.models.campaign.new_seed, editable=False)),
                ("daily_limit", models.PositiveIntegerField(blank=True, null=True, verbose_name="mails a day at most")),
                (
                    "window_days",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(),
                        blank=True,
                        null=True,
                        size=None,
                        verbose_name="days",
                    ),
                ),
                ("window_from", models.TimeField(blank=True, null=True, verbose_name="from")),
                ("window_until", models.TimeField(blank=True, null=True, verbose_name="until")),
                (
                    "reminders",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="reminders, days after the mail",
                    ),
                ),
                (
                    "repeat_days",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="again every so many days"),
                ),
                ("started_at", models.DateTimeField(editable=False, null=True, verbose_name="started")),
                ("resumed_at", models.DateTimeField(editable=False, null=True)),
                ("ended_at", models.DateTimeField(editable=False, null=True, verbose_name="ended")),
                ("joined_on", models.DateField(editable=False, null=True)),
                ("used_on", models.DateField(editable=False, null=True)),
                ("used", models.PositiveIntegerField(default=0, editable=False)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
            options={
                "verbose_name": "campaign",
                "verbose_name_plural": "campaigns",
                "ordering": ["-id"],
            },
        ),
        migrations.AddField(
            model_name="invitation",
            name="complained_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="complained"),
        ),
        migrations.AddField(
            model_name="invitation",
            name="remind_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="invitation",
            name="reminded",
            field=models.PositiveSmallIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.AddField(
            model_name="invitation",
            name="round",
            field=models.PositiveIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.AddField(
            model_name="invitation",
            name="time_zone",
            field=models.CharField(blank=True, db_default="", default="", editable=False, max_length=64),
        ),
        migrations.AlterField(
            model_name="askdecision",
            name="reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("quarantine", "asked or answered a short while ago"),
                    ("unsubscribed", "unsubscribed"),
                    ("bounced", "mail to this address came back"),
                    ("do_not_contact", "not to be contacted"),
                    ("no_address", "no e-mail address"),
                    ("reserved_address", "an address that can belong to nobody"),
                    ("survey_not_live", "the survey was not live"),
                    ("late", "nothing looked at it for two hours"),
                    ("restored", "a backup was restored since"),
                    ("policy", "refused by policy, which is the sender's to mend"),
                    ("refused", "the mail server did not take it"),
                    ("ended", "its campaign ended before"),
                ],
                default="",
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="invitation",
            name="reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("quarantine", "asked or answered a short while ago"),
                    ("unsubscribed", "unsubscribed"),
                    ("bounced", "mail to this address came back"),
                    ("do_not_contact", "not to be contacted"),
                    ("no_address", "no e-mail address"),
                    ("reserved_address", "an address that can belong to nobody"),
                    ("survey_not_live", "the survey was not live"),
                    ("late", "nothing looked at it for two hours"),
                    ("restored", "a backup was restored since"),
                    ("policy", "refused by policy, which is the sender's to mend"),
                    ("refused", "the mail server did not take it"),
                    ("ended", "its campaign ended before"),
                ],
                db_default="",
                default="",
                max_length=16,
                verbose_name="reason",
            ),
        ),
        migrations.AddField(
            model_name="campaign",
            name="created_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="campaign",
            name="segment",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="campaigns",
                to="surveys.segment",
                verbose_name="segment",
            ),
        ),
        migrations.AddField(
            model_name="campaign",
            name="survey",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="campaigns",
                to="surveys.survey",
                verbose_name="survey",
            ),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.AddField("invitation", "campaign", CAMPAIGN(db_constraint=False)),
                migrations.RunSQL(NOT_VALID),
            ],
            state_operations=[migrations.AddField("invitation", "campaign", CAMPAIGN())],
        ),
        migrations.AddIndex(
            model_name="campaign",
            index=models.Index(
                condition=models.Q(("status", "scheduled"), ("status", "running"), _connector="OR"),
                fields=["id"],
                name="campaign_at_work",
            ),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["draft", "scheduled", "running", "paused", "finished", "stopped"])),
                name="campaign_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        (
                            "paused_because__in",
                            ["person", "late", "restored", "policy", "bounces", "complaints", "not_started"],
                        ),
                        ("status", "paused"),
                    ),
                    models.Q(models.Q(("status", "paused"), _negated=True), ("paused_because", "")),
                    _connector="OR",
                ),
                name="campaign_paused_for_a_cause",
            ),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "scheduled"), _negated=True), ("start_at__isnull", False), _connector="OR"
                ),
                name="campaign_scheduled_for_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("sample_share", None),
                    models.Q(("sample_count", None), ("sample_share__gt", 0), ("sample_share__lte", 1)),
                    _connector="OR",
                ),
                name="campaign_sample_share",
            ),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("sample_count", None), models.Q(("repeat_days", None), ("sample_count__gte", 1)), _connector="OR"
                ),
                name="campaign_sample_count",
            ),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(("daily_limit", None), ("daily_limit__gte", 1), _connector="OR"),
                name="campaign_daily_limit",
            ),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("window_days", None), ("window_from", None), ("window_until", None)),
                    models.Q(
                        ("window_days__contained_by", [1, 2, 3, 4, 5, 6, 7]),
                        ("window_days__len__gte", 1),
                        ("window_from__isnull", False),
                        ("window_until__gt", models.F("window_from")),
                    ),
                    _connector="OR",
                ),
                name="campaign_window_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(("reminders__len__lte", 5)), name="campaign_few_reminders"
            ),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("repeat_days", None),
                    models.Q(("repeat_days__gte", 1), ("repeat_days__lte", 3650)),
                    _connector="OR",
                ),
                name="campaign_repeat_days",
            ),
        ),
    ]
