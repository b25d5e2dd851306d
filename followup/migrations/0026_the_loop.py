"""What the conversation with customers needs: hours for an answer, slots for calls, what the customer says of it."""

from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_mail_about_tickets"),
        ("followup", "0025_second_scores_are_scores"),
        ("surveys", "0038_ask_again_once"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="notice",
            name="notice_kind_known",
        ),
        migrations.RemoveConstraint(
            model_name="notice",
            name="notice_of_a_mention_has_its_note",
        ),
        migrations.AddField(
            model_name="play",
            name="offers_call_slots",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="The customer chooses one on their own page, and it becomes the promise.",
                verbose_name="offer times for a call",
            ),
        ),
        migrations.AddField(
            model_name="play",
            name="reply_hours",
            field=models.PositiveIntegerField(
                blank=True,
                db_default=24,
                default=24,
                help_text="Counted from the customer’s message, as the hours of the first contact are. Empty: no clock.",
                null=True,
                verbose_name="answer a message within (hours)",
            ),
        ),
        migrations.AddField(
            model_name="ticket",
            name="customer_said",
            field=models.CharField(
                blank=True, choices=[("fixed", "Fixed"), ("not_fixed", "Not fixed")], max_length=9, null=True
            ),
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
                ],
                max_length=9,
            ),
        ),
        AddConstraintNotValid(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["mentioned", "given", "wrote", "booked"])), name="notice_kind_known"
            ),
        ),
        AddConstraintNotValid(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "mentioned"), ("note__isnull", False)),
                    models.Q(models.Q(("kind", "mentioned"), _negated=True), ("note", None)),
                    _connector="OR",
                ),
                name="notice_of_a_mention_has_its_note",
            ),
        ),
        AddConstraintNotValid(
            model_name="play",
            constraint=models.CheckConstraint(
                condition=models.Q(("reply_hours", None), ("reply_hours__range", (1, 8760)), _connector="OR"),
                name="play_reply_hours_range",
            ),
        ),
        AddConstraintNotValid(
            model_name="ticket",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("customer_said", None), ("customer_said__in", ["fixed", "not_fixed"]), _connector="OR"
                ),
                name="ticket_said_known",
            ),
        ),
    ]
