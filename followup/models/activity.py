"""The history of a ticket: a chain of entries, each with the hash of the one before; a trigger lets none change."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.text_search import text_vector


class ActivityKind(models.TextChoices):
    """What happened; presentation/history_texts.py has the words of each kind."""

    OPENED = "opened", _("Opened")
    OPENED_BY_HAND = "opened_by_hand", _("Opened by hand")
    CLAIMED = "claimed", _("Claimed")
    ASSIGNED = "assigned", _("Handed over")
    ATTEMPT = "attempt", _("Contact attempt")
    BOUNCED = "bounced", _("Mail came back")
    NOTE = "note", _("Note")
    STEP_DONE = "step_done", _("Step done")
    STEP_UNDONE = "step_undone", _("Step taken back")
    STEP_LEFT_OUT = "step_left_out", _("Step left out")
    WAITING = "waiting", _("Waiting")
    WAIT_OVER = "wait_over", _("Waiting is over")
    RESOLVED = "resolved", _("Resolved")
    REOPENED = "reopened", _("Reopened")
    ANSWER_WORSE = "answer_worse", _("The answer became worse")
    ANSWER_BETTER = "answer_better", _("The answer became better")
    ANSWER_CHANGED = "answer_changed", _("The comment changed")
    ANSWER_DISCARDED = "answer_discarded", _("The answer was discarded")
    ANSWER_RESTORED = "answer_restored", _("The answer counts again")
    REACH_CHANGED = "reach_changed", _("The customer changed how they can be reached")
    ASKED_AGAIN = "asked_again", _("Asked again, still unhappy")
    ASKED_BY_MAIL = "asked_by_mail", _("Asked again by mail")
    ASKING_HELD = "asking_held", _("Asking again waits for a person")
    NOT_ASKED_AGAIN = "not_asked_again", _("Not asked again")
    SECOND_DISCARDED = "second_discarded", _("The answer after asking again was discarded")
    WARNED = "warned", _("Warning: the deadline is near")
    ESCALATED = "escalated", _("The deadline has passed")
    CONTACT_CONFIRMED = "contact_confirmed", _("Customer recognised")
    TOLD = "told", _("Account manager told")
    ERASED = "erased", _("Personal text erased")
    ROUTED = "routed", _("Given out")
    TAGGED = "tagged", _("Tags changed")
    PROMISE_MADE = "promise_made", _("Promised")
    PROMISE_KEPT = "promise_kept", _("Promise kept")
    PROMISE_MOVED = "promise_moved", _("Promise moved")
    PROMISE_WAIVED = "promise_waived", _("Promise waived")
    REMINDER_SET = "reminder_set", _("To be raised at the next contact")
    REMINDER_RAISED = "reminder_raised", _("Raised with the customer")
    MAIL_WRITTEN = "mail_written", _("Mail to the customer")
    MAIL_TAKEN_BACK = "mail_taken_back", _("Mail taken back before it left")
    MAIL_NOT_SENT = "mail_not_sent", _("Mail did not leave")
    CUSTOMER_WROTE = "customer_wrote", _("The customer wrote")
    MAIL_COMPLAINED = "mail_complained", _("The customer reported a mail as spam: no survey asks them any more")
    AUTOMATIC_MAIL = "automatic_mail", _("An automatic mail came")
    MAIL_ATTACHED = "mail_attached", _("A mail was put on this ticket")
    MAIL_ACCEPTED = "mail_accepted", _("A mail from another address counts as the customer’s")
    CUSTOMER_SAID = "customer_said", _("The customer says")
    CALL_BOOKED = "call_booked", _("The customer chose when to be called")
    CALL_CANCELLED = "call_cancelled", _("The chosen time for the call is free again")
    TRIAL_DRAWN = "trial_drawn", _("Drawn in a trial")
    LEFT = "left", _("The customer has left")
    CAME_BACK = "came_back", _("The customer has not left")
    IMPROVEMENT_TOLD = "improvement_told", _("Told what was improved")
    CAUSE_NAMED = "cause_named", _("Cause named, as the words suggest")


class Activity(models.Model):
    """One entry of a ticket's history: ids and codes in `data`, personal text in its own row beside it."""

    ticket = models.ForeignKey("followup.Ticket", models.PROTECT, related_name="activities")
    number = models.PositiveIntegerField()  # 1, 2, 3 … within the ticket
    kind = models.CharField(max_length=20, choices=ActivityKind.choices)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    data = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        ordering = ["ticket", "number"]
        constraints = [models.UniqueConstraint(fields=["ticket", "number"], name="activity_number_once")]

    def __str__(self) -> str:
        return f"{self.ticket_id}.{self.number} {self.kind}"

    def reason_and_words(self) -> tuple[str, str]:
        """Why nobody contacted the customer, and the rest of the entry's text; "" for what is missing or erased."""
        row = getattr(self, "text_row", None)
        text = row.text if row else ""
        length = self.data.get("no_attempt_reason", 0)  # how many characters of the text are the reason
        return text[:length], text[length:].lstrip("\n") if length else text


class ActivityText(models.Model):
    """The personal text of an entry. Erasing empties it; the chain keeps the salted digest."""

    activity = models.OneToOneField(Activity, models.CASCADE, primary_key=True, related_name="text_row")
    salt = models.BinaryField(max_length=16)
    text = models.TextField()
    language = models.CharField(max_length=5, default="en")  # of who wrote it
    search_vector = models.GeneratedField(
        expression=text_vector("text"),
        output_field=SearchVectorField(),
        db_persist=True,
        db_column="words",
    )
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [GinIndex(fields=["search_vector"], name="activity_text_words")]

    def __str__(self) -> str:
        return str(self.pk)
