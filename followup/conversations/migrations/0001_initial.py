"""Messages of tickets, with their files and the mails as they came in."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("followup", "0026_the_loop"),
        ("surveys", "0038_ask_again_once"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=255)),
                ("content_type", models.CharField(max_length=100)),
                ("size", models.PositiveIntegerField()),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "direction",
                    models.CharField(choices=[("in", "From the customer"), ("out", "To the customer")], max_length=3),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[("mail", "Mail"), ("case", "The customer’s page")], default="mail", max_length=4
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("queued", "About to leave"),
                            ("sent", "Sent"),
                            ("delivered", "Delivered"),
                            ("bounced", "Came back"),
                            ("failed", "Not sent"),
                            ("unknown", "Unknown whether it left"),
                            ("cancelled", "Taken back"),
                            ("received", "Received"),
                            ("waiting", "Waits for a person"),
                        ],
                        max_length=9,
                    ),
                ),
                ("from_address", models.CharField(blank=True, max_length=320, verbose_name="from")),
                ("from_name", models.CharField(blank=True, max_length=200)),
                ("to_address", models.CharField(blank=True, max_length=320, verbose_name="to")),
                ("subject", models.CharField(blank=True, max_length=300, verbose_name="subject")),
                ("text", models.TextField(blank=True, verbose_name="text")),
                ("quoted", models.TextField(blank=True)),
                ("language", models.CharField(blank=True, max_length=5)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("send_at", models.DateTimeField(blank=True, null=True)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("is_automatic", models.BooleanField(default=False)),
                ("is_accepted", models.BooleanField(default=True)),
                ("is_thanks", models.BooleanField(default=False)),
                ("message_id", models.CharField(blank=True, max_length=320)),
                (
                    "references",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=320), blank=True, default=list, size=None
                    ),
                ),
                ("set_aside_at", models.DateTimeField(blank=True, null=True)),
                ("erased_at", models.DateTimeField(blank=True, null=True)),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
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
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="followup.ticket",
                    ),
                ),
            ],
            options={
                "verbose_name": "message",
                "verbose_name_plural": "messages",
                "ordering": ["at", "id"],
            },
        ),
        migrations.CreateModel(
            name="AttachmentContent",
            fields=[
                (
                    "attachment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="content_row",
                        serialize=False,
                        to="conversations.attachment",
                    ),
                ),
                ("content", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="RawMail",
            fields=[
                (
                    "message",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="raw_mail",
                        serialize=False,
                        to="conversations.message",
                    ),
                ),
                ("content", models.BinaryField()),
            ],
        ),
        migrations.AddField(
            model_name="attachment",
            name="message",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="attachments", to="conversations.message"
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["ticket", "at", "id"], name="message_of_ticket"),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("message_id", ""), _negated=True),
                fields=["message_id"],
                name="message_by_message_id",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("set_aside_at", None), ("status", "waiting")),
                fields=["at", "id"],
                name="message_waits",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("direction", "out"),
                        ("status__in", ("queued", "sent", "delivered", "bounced", "failed", "unknown", "cancelled")),
                        ("ticket__isnull", False),
                    ),
                    models.Q(("direction", "in"), ("status__in", ("received", "waiting"))),
                    _connector="OR",
                ),
                name="message_status_of_direction",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(("ticket__isnull", False), ("status", "waiting"), _connector="OR"),
                name="message_without_ticket_waits",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(("channel__in", ["mail", "case"])), name="message_channel_known"
            ),
        ),
    ]
