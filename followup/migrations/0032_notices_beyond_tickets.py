"""A notice may be about something that is no ticket; and what people are told of the mails that they wrote."""

import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("followup", "0031_calls"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="notice",
            name="notice_kind_known",
        ),
        migrations.AddField(
            model_name="notice",
            name="about",
            field=models.CharField(db_default="", default="", max_length=40),
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
                    ("mail_written", "Mail to the customer"),
                    ("mail_taken_back", "Mail taken back before it left"),
                    ("mail_not_sent", "Mail did not leave"),
                    ("customer_wrote", "The customer wrote"),
                    ("mail_complained", "The customer reported a mail as spam: no survey asks them any more"),
                    ("automatic_mail", "An automatic mail came"),
                    ("mail_attached", "A mail was put on this ticket"),
                    ("mail_accepted", "A mail from another address counts as the customer’s"),
                    ("customer_said", "The customer says"),
                    ("call_booked", "The customer chose when to be called"),
                    ("call_cancelled", "The chosen time for the call is free again"),
                    ("trial_drawn", "Drawn in a trial"),
                    ("left", "The customer has left"),
                    ("came_back", "The customer has not left"),
                    ("improvement_told", "Told what was improved"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="notice",
            name="kind",
            field=models.CharField(
                choices=[
                    ("mentioned", "Mentioned in a note"),
                    ("given", "Given a ticket"),
                    ("wrote", "The customer wrote"),
                    ("booked", "A call was booked"),
                    ("unsent", "Your mail did not reach the customer"),
                    ("prepared", "Your mail leaves after one click"),
                    ("spam", "The customer reported your mail as spam"),
                    ("improve", "An improvement is yours"),
                    ("passed", "The day of your improvement has passed"),
                ],
                max_length=9,
            ),
        ),
        migrations.AlterField(
            model_name="notice",
            name="ticket",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="followup.ticket"
            ),
        ),
        AddConstraintNotValid(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        ["mentioned", "given", "wrote", "booked", "unsent", "prepared", "spam", "improve", "passed"],
                    )
                ),
                name="notice_kind_known",
            ),
        ),
        AddConstraintNotValid(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("about", ""), ("ticket__isnull", False)),
                    models.Q(("ticket", None), models.Q(("about", ""), _negated=True)),
                    _connector="OR",
                ),
                name="notice_of_a_ticket_or_about_else",
            ),
        ),
    ]
