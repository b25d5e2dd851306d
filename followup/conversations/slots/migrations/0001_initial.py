"""Calls that customers booked: a person has one call at a time, and a customer one."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("followup", "0031_calls"),
        ("surveys", "0038_ask_again_once"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CallBooking",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_at", models.DateTimeField(verbose_name="call at")),
                ("made_at", models.DateTimeField()),
                ("freed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "promise",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="call_booking", to="followup.promise"
                    ),
                ),
                (
                    "response",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="surveys.response",
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
                "verbose_name": "booked call",
                "verbose_name_plural": "booked calls",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("freed_at", None)),
                        fields=("person", "starts_at"),
                        name="call_booking_of_person_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("freed_at", None)), fields=("response",), name="call_booking_of_case_once"
                    ),
                ],
            },
        ),
    ]
