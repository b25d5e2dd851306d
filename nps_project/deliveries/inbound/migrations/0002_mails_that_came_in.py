"""Keep which mails of the mailboxes were read, and which are left to a person."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inbound", "0001_sources_and_events"),
    ]

    operations = [
        migrations.CreateModel(
            name="InboundMail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.BigIntegerField()),
                ("message_id_hash", models.CharField(max_length=64)),
                ("digest", models.CharField(max_length=64)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("bounce", "Came back"),
                            ("complaint", "Complaint"),
                            ("unsubscribe", "Unsubscribing"),
                            ("automatic", "Automatic"),
                            ("person", "From a person"),
                            ("unreadable", "Unreadable"),
                        ],
                        max_length=11,
                        verbose_name="kind",
                    ),
                ),
                (
                    "left_for",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("person", "somebody wrote it"),
                            ("nobodys", "it belongs to no mail that was sent from here"),
                            ("no_reason", "it does not say what happened"),
                            ("unreadable", "it cannot be read"),
                            ("too_deep", "it has more parts than mail programs write"),
                            ("failed", "storing what it says failed"),
                        ],
                        default="",
                        max_length=10,
                        verbose_name="left because",
                    ),
                ),
                ("about", models.CharField(blank=True, default="", max_length=100)),
                ("from_address", models.CharField(blank=True, default="", max_length=320, verbose_name="from")),
                ("subject", models.CharField(blank=True, default="", max_length=300, verbose_name="subject")),
                ("at", models.DateTimeField(verbose_name="received")),
                ("read_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("seen_at", models.DateTimeField(null=True)),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="mails", to="inbound.mailsource"
                    ),
                ),
            ],
            options={
                "verbose_name": "mail that came in",
                "verbose_name_plural": "mails that came in",
                "indexes": [
                    models.Index(
                        condition=models.Q(models.Q(("left_for", ""), _negated=True), ("seen_at", None)),
                        fields=["-read_at", "-id"],
                        name="inbound_mail_left",
                    ),
                    models.Index(fields=["read_at"], name="inbound_mail_read_at"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("source", "message_id_hash", "digest"), name="inbound_mail_once")
                ],
            },
        ),
    ]
