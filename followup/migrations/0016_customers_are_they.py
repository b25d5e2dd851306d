"""The label of a kind of history says "they". No statement: labels are not stored."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("followup", "0015_say_search_vector"),
    ]

    operations = [
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
    ]
