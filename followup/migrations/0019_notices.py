"""What people are told inside the product: notices, and which promises of the day their owners have read."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("followup", "0018_fewer_indexes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("mentioned", "Mentioned in a note"), ("given", "Given a ticket")], max_length=9
                    ),
                ),
                ("at", models.DateTimeField()),
                ("read_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "note",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="followup.activity",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="followup.ticket"
                    ),
                ),
            ],
            options={
                "verbose_name": "notice",
                "verbose_name_plural": "notices",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["person", "id"], condition=models.Q(read_at=None), name="notice_unread"),
                    models.Index(fields=["person", "id"], name="notice_of_person"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(kind__in=["mentioned", "given"]), name="notice_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(kind="mentioned", note__isnull=False) | models.Q(kind="given", note=None),
                        name="notice_of_a_mention_has_its_note",
                    ),
                    models.UniqueConstraint(
                        fields=["person", "ticket"],
                        condition=models.Q(kind="given", read_at=None),
                        name="notice_of_a_given_ticket_once",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="promise",
            name="owner_read_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
