"""The customer complained of a mail."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("followup", "0031_calls"),
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
                    ("mail_written", "Mail to the customer"),
                    ("mail_taken_back", "Mail taken back before it left"),
                    ("mail_not_sent", "Mail did not leave"),
                    ("customer_wrote", "The customer wrote"),
                    ("automatic_mail", "An automatic mail came"),
                    ("mail_attached", "A mail was put on this ticket"),
                    ("mail_accepted", "A mail from another address counts as the customer’s"),
                    ("customer_said", "The customer says"),
                    ("call_booked", "The customer chose when to be called"),
                    ("call_cancelled", "The chosen time for the call is free again"),
                    ("trial_drawn", "Drawn in a trial"),
                    ("left", "The customer has left"),
                    ("came_back", "The customer has not left"),
                    ("complained", "The customer complained of a mail"),
                    ("improvement_told", "Told what was improved"),
                ],
                max_length=20,
            ),
        ),
    ]
