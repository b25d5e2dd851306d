import datetime
import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0002_api_key_of_a_survey"),
        ("surveys", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FollowUpSettings",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                (
                    "account_manager_domains",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=255),
                        blank=True,
                        default=list,
                        help_text="Account managers without an account here are told only at addresses of these domains.",
                        size=None,
                        verbose_name="mail domains of account managers",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="follow_up_settings_only_one")
                ]
            },
        ),
        migrations.CreateModel(
            name="Playbook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, unique=True, verbose_name="name")),
                ("is_default", models.BooleanField(default=False, verbose_name="default")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
            options={
                "verbose_name": "playbook",
                "verbose_name_plural": "playbooks",
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_default", True)), fields=("is_default",), name="playbook_one_default"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PlaybookVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "playbook",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="followup.playbook"
                    ),
                ),
            ],
            options={
                "get_latest_by": "number",
                "constraints": [models.UniqueConstraint(fields=("playbook", "number"), name="playbook_version_once")],
            },
        ),
        migrations.CreateModel(
            name="Play",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("score", models.SmallIntegerField(verbose_name="score")),
                ("opens_ticket", models.BooleanField(default=True, verbose_name="opens a ticket")),
                (
                    "priority",
                    models.CharField(
                        choices=[("critical", "Critical"), ("high", "High"), ("normal", "Normal"), ("low", "Low")],
                        max_length=8,
                        verbose_name="priority",
                    ),
                ),
                (
                    "hours",
                    models.PositiveIntegerField(
                        blank=True, help_text="Empty: no clock.", null=True, verbose_name="first contact within (hours)"
                    ),
                ),
                (
                    "warn_share",
                    models.FloatField(
                        default=0.25,
                        help_text="0.25 is a quarter.",
                        verbose_name="warn when this share of the time is left",
                    ),
                ),
                (
                    "contact_by",
                    models.CharField(
                        choices=[
                            ("person_or_phone", "In person or by phone"),
                            ("phone_else_email", "By phone, else by e-mail"),
                            ("email", "By e-mail"),
                        ],
                        max_length=16,
                        verbose_name="first contact",
                    ),
                ),
                ("tells", models.JSONField(default=dict, verbose_name="what the score tells")),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="accounts.team",
                        verbose_name="team",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="plays", to="followup.playbookversion"
                    ),
                ),
            ],
            options={
                "verbose_name": "play",
                "verbose_name_plural": "plays",
                "ordering": ["score"],
                "constraints": [
                    models.UniqueConstraint(fields=("version", "score"), name="play_once_per_score"),
                    models.CheckConstraint(condition=models.Q(("score__range", (0, 10))), name="play_score_range"),
                    models.CheckConstraint(
                        condition=models.Q(("warn_share__range", (0, 1))), name="play_warn_share_range"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("priority__in", ["critical", "high", "normal", "low"])),
                        name="play_priority_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("contact_by__in", ["person_or_phone", "phone_else_email", "email"])),
                        name="play_contact_by_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("hours", None), ("hours__range", (1, 8760)), _connector="OR"),
                        name="play_hours_range",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PlayStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("apologise", "Apologise"),
                            ("listen", "Listen"),
                            ("compensation", "Offer compensation"),
                            ("explain", "Explain what changes"),
                            ("thank", "Thank"),
                            ("account_manager", "Account manager told"),
                            ("crm", "Written in CRM"),
                            ("next_contact", "Raise at next contact"),
                            ("custom", "Your own step"),
                        ],
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                ("texts", models.JSONField(default=dict, verbose_name="words")),
                ("is_required", models.BooleanField(default=True, verbose_name="required")),
                (
                    "play",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="followup.play"
                    ),
                ),
            ],
            options={
                "ordering": ["position", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("play", "position"), name="play_step_position_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "apologise",
                                    "listen",
                                    "compensation",
                                    "explain",
                                    "thank",
                                    "account_manager",
                                    "crm",
                                    "next_contact",
                                    "custom",
                                ],
                            )
                        ),
                        name="play_step_kind_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RootCause",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=64, unique=True, verbose_name="short name")),
                ("names", models.JSONField(default=dict, verbose_name="names")),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="position")),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="followup.rootcause",
                    ),
                ),
            ],
            options={
                "verbose_name": "root cause",
                "verbose_name_plural": "root causes",
                "ordering": ["position", "id"],
            },
        ),
        migrations.CreateModel(
            name="SurveyFollowUp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "playbook",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="surveys",
                        to="followup.playbook",
                        verbose_name="playbook",
                    ),
                ),
                (
                    "survey",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="surveys.survey"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Ticket",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("score", models.SmallIntegerField(verbose_name="score")),
                ("answer_score", models.SmallIntegerField()),
                (
                    "priority",
                    models.CharField(
                        choices=[("critical", "Critical"), ("high", "High"), ("normal", "Normal"), ("low", "Low")],
                        max_length=8,
                        verbose_name="priority",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("contacted", "Contacted"),
                            ("waiting", "Waiting"),
                            ("resolved", "Resolved"),
                        ],
                        default="open",
                        max_length=9,
                        verbose_name="status",
                    ),
                ),
                ("opened_at", models.DateTimeField(verbose_name="opened")),
                ("is_by_hand", models.BooleanField(default=False)),
                ("can_be_reached", models.BooleanField(default=True)),
                ("clock_from", models.DateTimeField()),
                ("first_contact_due_at", models.DateTimeField(blank=True, null=True, verbose_name="first contact due")),
                ("first_contact_at", models.DateTimeField(blank=True, null=True, verbose_name="first contact")),
                ("next_contact_due_at", models.DateTimeField(blank=True, null=True, verbose_name="next contact due")),
                ("solve_due_at", models.DateTimeField(blank=True, null=True, verbose_name="solved by")),
                ("waiting_until", models.DateTimeField(blank=True, null=True, verbose_name="waiting until")),
                ("resolved_at", models.DateTimeField(blank=True, null=True, verbose_name="resolved")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("recovered", "Recovered"),
                            ("kept", "Kept"),
                            ("lost", "Lost"),
                            ("unreachable", "Unreachable"),
                            ("no_action", "No action needed"),
                        ],
                        max_length=11,
                        null=True,
                        verbose_name="outcome",
                    ),
                ),
                ("improved_at", models.DateTimeField(blank=True, null=True)),
                ("discarded_at", models.DateTimeField(blank=True, null=True)),
                (
                    "stage",
                    models.SmallIntegerField(
                        choices=[
                            (0, "Overdue"),
                            (1, "Due soon"),
                            (2, "On time"),
                            (3, "Contacted, or without a clock"),
                            (4, "Waiting"),
                        ]
                    ),
                ),
                ("value_rank", models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                (
                    "deadline",
                    models.DateTimeField(default=datetime.datetime(9999, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)),
                ),
                (
                    "warn_at",
                    models.DateTimeField(default=datetime.datetime(9999, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)),
                ),
                ("history_head", models.CharField(blank=True, max_length=64)),
                ("history_count", models.PositiveIntegerField(default=0)),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tickets",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
                (
                    "play",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tickets", to="followup.play"
                    ),
                ),
                (
                    "response",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="ticket", to="surveys.response"
                    ),
                ),
                (
                    "root_cause",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tickets",
                        to="followup.rootcause",
                        verbose_name="root cause",
                    ),
                ),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="surveys.survey"
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tickets",
                        to="accounts.team",
                        verbose_name="team",
                    ),
                ),
            ],
            options={
                "verbose_name": "ticket",
                "verbose_name_plural": "tickets",
                "indexes": [
                    models.Index(
                        condition=models.Q(("resolved_at", None)),
                        fields=["stage", "score", "value_rank", "deadline", "id"],
                        name="ticket_queue",
                    ),
                    models.Index(
                        condition=models.Q(("resolved_at", None)),
                        fields=["owner", "stage", "score", "value_rank", "deadline", "id"],
                        name="ticket_queue_owner",
                    ),
                    models.Index(
                        condition=models.Q(("resolved_at", None)),
                        fields=["team", "stage", "score", "value_rank", "deadline", "id"],
                        name="ticket_queue_team",
                    ),
                    models.Index(
                        condition=models.Q(("resolved_at", None), ("stage", 2)), fields=["warn_at"], name="ticket_warn"
                    ),
                    models.Index(
                        condition=models.Q(("resolved_at", None), ("stage__in", [1, 2])),
                        fields=["deadline"],
                        name="ticket_deadline",
                    ),
                    models.Index(
                        condition=models.Q(("first_contact_at", None), ("resolved_at", None)),
                        fields=["first_contact_due_at"],
                        name="ticket_due",
                    ),
                    models.Index(
                        condition=models.Q(("status", "waiting")), fields=["waiting_until"], name="ticket_waiting"
                    ),
                    models.Index(fields=["clock_from"], name="ticket_clock_from"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("score__range", (0, 10))), name="ticket_score_range"),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["open", "contacted", "waiting", "resolved"])),
                        name="ticket_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("outcome", None),
                            ("outcome__in", ["recovered", "kept", "lost", "unreachable", "no_action"]),
                            _connector="OR",
                        ),
                        name="ticket_outcome_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("stage__in", [0, 1, 2, 3, 4])), name="ticket_stage_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("outcome__isnull", False), ("resolved_at__isnull", False), ("status", "resolved")
                            ),
                            models.Q(
                                models.Q(("status", "resolved"), _negated=True),
                                ("outcome", None),
                                ("resolved_at", None),
                            ),
                            _connector="OR",
                        ),
                        name="ticket_resolved_with_outcome",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Activity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("opened", "Opened"),
                            ("opened_by_hand", "Opened by hand"),
                            ("claimed", "Claimed"),
                            ("assigned", "Handed over"),
                            ("attempt", "Contact attempt"),
                            ("bounced", "Mail came back"),
                            ("note", "Note"),
                            ("step_done", "Step done"),
                            ("step_undone", "Step taken back"),
                            ("step_left_out", "Step left out"),
                            ("waiting", "Waiting"),
                            ("wait_over", "Waiting is over"),
                            ("resolved", "Resolved"),
                            ("reopened", "Reopened"),
                            ("answer_worse", "The answer became worse"),
                            ("answer_better", "The answer became better"),
                            ("answer_changed", "The comment changed"),
                            ("answer_discarded", "The answer was discarded"),
                            ("asked_again", "Asked again, still unhappy"),
                            ("warned", "Warning: the deadline is near"),
                            ("escalated", "The deadline has passed"),
                            ("told", "Account manager told"),
                            ("erased", "Personal text erased"),
                        ],
                        max_length=20,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("data", models.JSONField(default=dict)),
                ("previous_hash", models.CharField(blank=True, max_length=64)),
                ("hash", models.CharField(max_length=64)),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="activities", to="followup.ticket"
                    ),
                ),
            ],
            options={
                "verbose_name": "activity",
                "verbose_name_plural": "activities",
                "ordering": ["ticket", "number"],
                "constraints": [models.UniqueConstraint(fields=("ticket", "number"), name="activity_number_once")],
            },
        ),
        migrations.CreateModel(
            name="ActivityText",
            fields=[
                (
                    "activity",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="text_row",
                        serialize=False,
                        to="followup.activity",
                    ),
                ),
                ("salt", models.BinaryField(max_length=16)),
                ("text", models.TextField()),
                ("erased_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Step",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("play_score", models.SmallIntegerField()),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("apologise", "Apologise"),
                            ("listen", "Listen"),
                            ("compensation", "Offer compensation"),
                            ("explain", "Explain what changes"),
                            ("thank", "Thank"),
                            ("account_manager", "Account manager told"),
                            ("crm", "Written in CRM"),
                            ("next_contact", "Raise at next contact"),
                            ("custom", "Your own step"),
                        ],
                        max_length=16,
                    ),
                ),
                ("texts", models.JSONField(default=dict)),
                ("is_required", models.BooleanField(default=True)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("amount", models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True)),
                ("currency", models.CharField(blank=True, max_length=3)),
                (
                    "done_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="followup.ticket"
                    ),
                ),
            ],
            options={
                "ordering": ["position", "id"],
                "constraints": [models.UniqueConstraint(fields=("ticket", "position"), name="step_position_once")],
            },
        ),
        migrations.CreateModel(
            name="Attempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "result",
                    models.CharField(
                        choices=[
                            ("reached", "Reached"),
                            ("voicemail", "Left a voicemail"),
                            ("no_answer", "No answer"),
                            ("wrong_number", "Wrong number"),
                            ("sent", "Mail sent"),
                        ],
                        max_length=12,
                        verbose_name="result",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("phone", "Phone"),
                            ("email", "E-mail"),
                            ("in_person", "In person"),
                            ("other", "Another way"),
                        ],
                        default="phone",
                        max_length=9,
                        verbose_name="channel",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="when")),
                ("duration_s", models.PositiveIntegerField(blank=True, null=True, verbose_name="length (seconds)")),
                ("counts", models.BooleanField(default=False)),
                ("bounced_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="attempts", to="followup.ticket"
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("result__in", ["reached", "voicemail", "no_answer", "wrong_number", "sent"])
                        ),
                        name="attempt_result_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["phone", "email", "in_person", "other"])),
                        name="attempt_channel_known",
                    ),
                ],
            },
        ),
    ]
