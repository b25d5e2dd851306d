"""Asking again after a ticket: how many days after, when it is due, when it was done, and the score after it."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("followup", "0021_settings_in_words"),
        ("surveys", "0038_ask_again_once"),
    ]

    operations = [
        migrations.AddField(
            model_name="play",
            name="ask_again_days",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="Counted from resolving. Empty: not asked.",
                null=True,
                verbose_name="ask again after (days)",
            ),
        ),
        migrations.AddField(
            model_name="ticket",
            name="ask_again_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="ticket",
            name="asked_again_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="asked again"),
        ),
        migrations.AddField(
            model_name="ticket",
            name="score_after",
            field=models.SmallIntegerField(blank=True, null=True, verbose_name="score afterwards"),
        ),
        migrations.AlterField(
            model_name="activity",
            name="kind",
            field=models.CharField(
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
                    ("answer_restored", "The answer counts again"),
                    ("reach_changed", "The customer changed how they can be reached"),
                    ("asked_again", "Asked again, still unhappy"),
                    ("asked_by_mail", "Asked again by mail"),
                    ("asking_held", "Asking again waits for a person"),
                    ("not_asked_again", "Not asked again"),
                    ("second_discarded", "The answer after asking again was discarded"),
                    ("warned", "Warning: the deadline is near"),
                    ("escalated", "The deadline has passed"),
                    ("contact_confirmed", "Customer recognised"),
                    ("told", "Account manager told"),
                    ("erased", "Personal text erased"),
                    ("routed", "Given out"),
                    ("tagged", "Tags changed"),
                    ("promise_made", "Promised"),
                    ("promise_kept", "Promise kept"),
                    ("promise_moved", "Promise moved"),
                    ("promise_waived", "Promise waived"),
                    ("reminder_set", "To be raised at the next contact"),
                    ("reminder_raised", "Raised with the customer"),
                ],
                max_length=20,
            ),
        ),
        AddConstraintNotValid(
            model_name="play",
            constraint=models.CheckConstraint(
                condition=models.Q(("ask_again_days", None), ("ask_again_days__range", (1, 365)), _connector="OR"),
                name="play_ask_again_days_range",
            ),
        ),
        AddConstraintNotValid(
            model_name="ticket",
            constraint=models.CheckConstraint(
                condition=models.Q(("score_after", None), ("score_after__range", (0, 10)), _connector="OR"),
                name="ticket_score_after_range",
            ),
        ),
    ]
