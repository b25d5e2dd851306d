"""The actions of a ticket's page, one entry each: form, service, and the words for what was done or refused.

A new action is one entry here, and its form on the page.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy

from followup.desk.forms import ActionForm, RaisedForm
from followup.desk.ticket.forms import (
    AssignForm,
    AttemptForm,
    LeftForm,
    NoteForm,
    PromiseForm,
    PromiseKeptForm,
    PromiseMovedForm,
    PromiseWaivedForm,
    ReopenForm,
    ResolveForm,
    StepForm,
    WaitForm,
)
from followup.reminders import services as reminders
from followup.tickets import actions, attempts, identity, promises
from followup.tickets.customers import churn
from followup.tickets.resolving import with_promises


@dataclass(frozen=True, slots=True)
class TicketAction:
    """One action, by the last part of its address.

    `service` is called with `ticket_id`, `by` and the values of the form. `form` is None for a bare button. `done` is
    what the page says afterwards, `wrong_state` what it says when the ticket's status does not allow the action.
    `is_checked`: the action is refused once when somebody changed the ticket since the page was shown. `row`: the field
    that names one of several rows with this form, such as one step. `undo`: as what tickets/undo.py takes it back.
    """

    service: Callable[..., object]
    done: Any
    form: type[ActionForm] | None = None
    is_checked: bool = False
    row: str = ""
    undo: str = ""
    wrong_state: Any = gettext_lazy("This ticket was resolved meanwhile, so nothing was changed. Reopen it first.")


ACTIONS = {
    "claim": TicketAction(actions.claim, gettext_lazy("The ticket is yours."), undo="claim"),
    "assign": TicketAction(
        actions.assign, gettext_lazy("The ticket was handed over."), form=AssignForm, is_checked=True, undo="assign"
    ),
    "attempts": TicketAction(attempts.log_attempt, gettext_lazy("The call is logged."), form=AttemptForm),
    "notes": TicketAction(actions.add_note, gettext_lazy("The note is saved."), form=NoteForm),
    "steps": TicketAction(actions.set_step, gettext_lazy("The step is saved."), form=StepForm, row="step", undo="step"),
    "wait": TicketAction(actions.wait, gettext_lazy("The ticket waits."), form=WaitForm, is_checked=True, undo="wait"),
    "resolve": TicketAction(
        with_promises.resolve, gettext_lazy("The ticket is resolved."), form=ResolveForm, is_checked=True
    ),
    "reopen": TicketAction(
        actions.reopen,
        gettext_lazy("The ticket is open again."),
        form=ReopenForm,
        is_checked=True,
        wrong_state=gettext_lazy("This ticket is open already. Nothing was changed."),
    ),
    "raised": TicketAction(reminders.mark_raised, gettext_lazy("It was raised with the customer."), form=RaisedForm),
    "promise": TicketAction(
        promises.make, gettext_lazy("The promise is written down."), form=PromiseForm, is_checked=True
    ),
    "promise-kept": TicketAction(
        promises.keep, gettext_lazy("The promise is kept."), form=PromiseKeptForm, row="promise"
    ),
    "promise-moved": TicketAction(
        promises.move,
        gettext_lazy("The promise has another time."),
        form=PromiseMovedForm,
        is_checked=True,
        row="promise",
    ),
    "promise-waived": TicketAction(
        promises.waive, gettext_lazy("The promise is waived."), form=PromiseWaivedForm, is_checked=True, row="promise"
    ),
    "left": TicketAction(
        churn.mark_left,
        gettext_lazy("It is written down that the customer has left."),
        form=LeftForm,
        wrong_state=gettext_lazy("This cannot be written down: the customer is not known, or has left already."),
    ),
    "came-back": TicketAction(
        churn.mark_not_left,
        gettext_lazy("The customer counts as one again."),
        wrong_state=gettext_lazy("It is not written down that this customer has left. Nothing was changed."),
    ),
    "contact": TicketAction(identity.confirm_contact, gettext_lazy("The answer now belongs to this customer.")),
}
OF_OPEN = ("attempts", "notes", "promise", "assign", "wait", "resolve", "left")  # whose forms stand on an open ticket
OF_RESOLVED = ("notes", "reopen", "left")
OF_ONE_PROMISE = ("promise-kept", "promise-moved", "promise-waived")


def is_possible(action: str, *, is_resolved: bool) -> bool:
    """Whether the status of a ticket allows an action that has a form."""
    return action in OF_RESOLVED if is_resolved else action != "reopen"
