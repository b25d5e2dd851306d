"""Know how an invitation travels, every decision to ask, and each survey's mail."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0018_find_contacts_by_what_few_have"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # First, as an answer does: survey, then invitation. The other way round they wait for each other.
        migrations.AddField(
            model_name="survey",
            name="quarantine_days",
            field=models.PositiveSmallIntegerField(
                blank=True,
                null=True,
                validators=[django.core.validators.MaxValueValidator(3650)],
                verbose_name="days between two asks of one customer",
            ),
        ),
        migrations.CreateModel(
            name="AskDecision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "decision",
                    models.CharField(
                        choices=[("asked", "Asked"), ("held", "Held"), ("skipped", "Not asked")], max_length=7
                    ),
                ),
                (
                    "reason",
                    models.CharField(
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
                        ],
                        default="",
                        max_length=16,
                    ),
                ),
                ("until", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "decision about asking",
                "verbose_name_plural": "decisions about asking",
            },
        ),
        migrations.CreateModel(
            name="Asking",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                (
                    "quarantine_days",
                    models.PositiveSmallIntegerField(
                        default=30,
                        validators=[django.core.validators.MaxValueValidator(3650)],
                        verbose_name="days between two asks of one customer",
                    ),
                ),
                ("looked_at", models.DateTimeField(editable=False, null=True)),
            ],
            options={
                "verbose_name": "asking",
                "verbose_name_plural": "asking",
            },
        ),
        migrations.CreateModel(
            name="MailTexts",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("nl", "Nederlands"), ("da", "Dansk")],
                        max_length=5,
                        verbose_name="language",
                    ),
                ),
                ("subject", models.CharField(max_length=150, verbose_name="subject")),
                ("intro", models.TextField(blank=True, max_length=1000, verbose_name="before the question")),
                ("closing", models.TextField(blank=True, max_length=1000, verbose_name="after the numbers")),
                ("why", models.CharField(max_length=300, verbose_name="why they get it, in small print")),
            ],
            options={
                "verbose_name": "mail of a survey",
                "verbose_name_plural": "mails of surveys",
            },
        ),
        migrations.RemoveConstraint(
            model_name="invitation",
            name="invitation_status_known",
        ),
        migrations.AddField(
            model_name="invitation",
            name="address",
            field=models.CharField(blank=True, db_default="", default="", editable=False, max_length=320),
        ),
        migrations.AddField(
            model_name="invitation",
            name="asked_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="asked"),
        ),
        migrations.AddField(
            model_name="invitation",
            name="bounced_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="came back"),
        ),
        migrations.AddField(
            model_name="invitation",
            name="channel",
            field=models.CharField(
                choices=[("link", "Link"), ("email", "E-mail"), ("phone", "Phone")],
                db_default="link",
                default="link",
                max_length=5,
                verbose_name="channel",
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="delivered_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="delivered"),
        ),
        migrations.AddField(
            model_name="invitation",
            name="held_until",
            field=models.DateTimeField(blank=True, null=True, verbose_name="held until"),
        ),
        migrations.AddField(
            model_name="invitation",
            name="language",
            field=models.CharField(blank=True, db_default="", default="", editable=False, max_length=5),
        ),
        migrations.AddField(
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
                ],
                db_default="",
                default="",
                max_length=16,
                verbose_name="reason",
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="sent_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="sent"),
        ),
        migrations.AlterField(
            model_name="invitation",
            name="status",
            field=models.CharField(
                choices=[
                    ("created", "Created"),
                    ("waiting", "Waiting"),
                    ("held", "Held"),
                    ("sent", "Sent"),
                    ("delivered", "Delivered"),
                    ("bounced", "Came back"),
                    ("answered", "Answered"),
                    ("skipped", "Not asked"),
                    ("unknown", "Unknown"),
                    ("revoked", "Revoked"),
                ],
                default="created",
                max_length=9,
                verbose_name="status",
            ),
        ),
        AddConstraintNotValid(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        [
                            "created",
                            "waiting",
                            "held",
                            "sent",
                            "delivered",
                            "bounced",
                            "answered",
                            "skipped",
                            "unknown",
                            "revoked",
                        ],
                    )
                ),
                name="invitation_status_is_known",
            ),
        ),
        AddConstraintNotValid(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(("channel__in", ["link", "email", "phone"])), name="invitation_channel_known"
            ),
        ),
        migrations.AddField(
            model_name="askdecision",
            name="contact",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="ask_decisions",
                to="surveys.contact",
            ),
        ),
        migrations.AddField(
            model_name="askdecision",
            name="invitation",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="decisions",
                to="surveys.invitation",
            ),
        ),
        migrations.AddField(
            model_name="askdecision",
            name="survey",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="surveys.survey"),
        ),
        migrations.AddConstraint(
            model_name="asking",
            constraint=models.CheckConstraint(condition=models.Q(("id", 1)), name="asking_once"),
        ),
        migrations.AddField(
            model_name="mailtexts",
            name="survey",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="mail_texts", to="surveys.survey"
            ),
        ),
        migrations.AddIndex(
            model_name="askdecision",
            index=models.Index(fields=["contact", "-id"], name="ask_decision_contact"),
        ),
        migrations.AddConstraint(
            model_name="askdecision",
            constraint=models.CheckConstraint(
                condition=models.Q(("decision__in", ["asked", "held", "skipped"])), name="ask_decision_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="mailtexts",
            constraint=models.UniqueConstraint(fields=("survey", "language"), name="mail_texts_once"),
        ),
    ]
