import django.utils.timezone
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("mail", "Mail"), ("webhook", "Webhook")],
                        default="mail",
                        max_length=7,
                        verbose_name="kind",
                    ),
                ),
                (
                    "audience",
                    models.CharField(
                        choices=[("staff", "Staff"), ("customer", "Customer")],
                        default="staff",
                        max_length=8,
                        verbose_name="audience",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("queued", "Queued"),
                            ("in_flight", "On its way"),
                            ("sent", "Sent"),
                            ("stored", "Stored"),
                            ("failed", "Failed"),
                            ("unknown", "Unknown"),
                            ("suppressed", "Not sent: reserved address"),
                        ],
                        default="queued",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("dedupe_key", models.CharField(editable=False, max_length=200, unique=True)),
                ("about", models.CharField(blank=True, max_length=100)),
                ("template", models.CharField(blank=True, max_length=50, verbose_name="template")),
                ("to_address", models.CharField(max_length=320, verbose_name="to")),
                ("language", models.CharField(default="en", max_length=5, verbose_name="language")),
                ("subject", models.CharField(blank=True, max_length=300, verbose_name="subject")),
                ("body_text", models.TextField(blank=True)),
                ("body_html", models.TextField(blank=True)),
                ("message_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("last_error", models.CharField(blank=True, max_length=500, verbose_name="last error")),
                ("queued_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="queued")),
                ("retry_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("claimed_at", models.DateTimeField(blank=True, null=True)),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent")),
            ],
            options={
                "verbose_name": "delivery",
                "verbose_name_plural": "deliveries",
                "indexes": [
                    models.Index(condition=models.Q(("status", "queued")), fields=["retry_at"], name="delivery_due"),
                    models.Index(
                        condition=models.Q(("status", "in_flight")), fields=["claimed_at"], name="delivery_in_flight"
                    ),
                    models.Index(fields=["about"], name="delivery_about"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["queued", "in_flight", "sent", "stored", "failed", "unknown", "suppressed"])
                        ),
                        name="delivery_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["mail", "webhook"])), name="delivery_kind_known"
                    ),
                ],
            },
        ),
    ]
