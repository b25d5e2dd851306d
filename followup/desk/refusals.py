"""What a service refused, in words for the person at the desk."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from followup.errors import FollowUpError, NobodyToTell

_BY_FIELD = {  # of the service
    "at": gettext_lazy("Choose a time between the customer’s answer and now."),
    "until": gettext_lazy("Choose a time in the next 90 days."),
    "no_attempt_reason": gettext_lazy("No contact was logged. Say why, or log a call first."),
    "owner": gettext_lazy("Choose either a person who works on tickets, or a team."),
    "amount": gettext_lazy("Give an amount of 0 or more."),
    "limit": gettext_lazy("This is above the limit of the play, or in another currency. A manager may offer more."),
    "currency": gettext_lazy("Give the currency as three letters, such as EUR or DKK."),
    "text": gettext_lazy("Write some words."),
    "tags": gettext_lazy("Write one or more tags of at most 40 characters; a ticket has at most 20."),
    "mentions": gettext_lazy("That is more people than one note can tell: 20."),
    "reason": gettext_lazy("Say why."),
    "due_at": gettext_lazy("Choose a time in the next 366 days."),
    "promise": gettext_lazy("A promise to the customer is open. Keep it, move it or waive it first."),
    "reminder": gettext_lazy("A colleague has raised this already."),
    "on": gettext_lazy("Choose today, or a day before it."),
    "step": gettext_lazy("This step is not on the ticket any more."),
}


def words_for(error: FollowUpError) -> str:
    """The sentence for a refused action, by the field that the service names; a general one for other fields."""
    if isinstance(error, NobodyToTell):
        return _nobody_to_tell(error)
    return str(_BY_FIELD.get(error.field, _("This cannot be done as it stands.")))


def _nobody_to_tell(error: NobodyToTell) -> str:
    names = {"names": ", ".join(f"@{name}" for name in error.names)}
    if error.is_ambiguous:
        return _("More than one colleague is called %(names)s. Write the address of the one you mean.") % names
    return _("%(names)s is nobody who sees this ticket. Correct the address, or leave out the first @.") % names
