"""What people decide about answers, as rows that are not changed and go only with sample data."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FORWARD = """
CREATE FUNCTION surveys_decision_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
        AND surveys_removes_sample((SELECT survey_id FROM surveys_response WHERE id = OLD.response_id)) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'surveys_decision is append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON surveys_decision
    FOR EACH ROW EXECUTE FUNCTION surveys_decision_append_only();
"""

BACKWARD = """
DROP TRIGGER append_only ON surveys_decision;
DROP FUNCTION surveys_decision_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0005_a_key_of_one_survey_makes_contacts_of_its_own"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Decision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("accepted", "Accepted"), ("discarded", "Discarded"), ("restored", "Brought back")],
                        max_length=9,
                        verbose_name="kind",
                    ),
                ),
                (
                    "before",
                    models.CharField(
                        choices=[
                            ("provisional", "Provisional"),
                            ("confirmed", "Confirmed"),
                            ("discarded", "Discarded"),
                        ],
                        max_length=11,
                        verbose_name="state before",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="reason")),
                ("at", models.DateTimeField(verbose_name="time")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "response",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="decisions", to="surveys.response"
                    ),
                ),
            ],
            options={
                "verbose_name": "decision about an answer",
                "verbose_name_plural": "decisions about answers",
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["accepted", "discarded", "restored"])),
                        name="decision_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("before__in", ["provisional", "confirmed", "discarded"])),
                        name="decision_before_known",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
