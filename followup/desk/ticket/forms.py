"""Forms of a ticket's page: types and shapes of what people type; services check what it means."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from followup.causes.fields import CauseField
from followup.desk.forms import ActionForm, TeamField, WorkerField
from followup.models import AttemptChannel, AttemptResult, Outcome, Promise, StepKind, Ticket
from followup.presentation.wording import money
from followup.tickets.resolving.with_promises import KEPT, MOVED, WAIVED, PromiseEnd
from nps_project.common import dates
from nps_project.common.text import TextField

NOTE_MAX_LENGTH = 10_000
LONGEST_CALL_MIN = 24 * 60
MOST_TICKED = 20


def _long_text(label: Any, *, required: bool = False, help_text: Any = "") -> TextField:
    return TextField(
        label=label,
        required=required,
        max_length=NOTE_MAX_LENGTH,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ChoiceWithDefault(forms.ChoiceField):
    """A choice that takes its initial value when nothing is sent."""

    def clean(self, value: Any) -> Any:
        return super().clean(value or self.initial)


def _later(label: Any) -> dates.TimeField:
    """A time to come, with those that the page offers (presets.py)."""
    field = dates.TimeField(label=label, required=True)
    field.widget.attrs["list"] = "later"
    return field


class AttemptForm(ActionForm):
    """A call, mail or visit."""

    result = forms.ChoiceField(label=_("What came of it?"), choices=AttemptResult.choices, widget=forms.RadioSelect)
    channel = ChoiceWithDefault(label=_("How"), choices=AttemptChannel.choices, initial=AttemptChannel.PHONE)
    at = dates.TimeField(label=_("When"), required=False, help_text=_("Empty: now."))
    minutes = forms.IntegerField(
        label=_("Minutes"),
        required=False,
        min_value=0,
        max_value=LONGEST_CALL_MIN,
        widget=forms.NumberInput(attrs={"class": "input-short"}),
    )
    note = _long_text(_("What was said"))

    def raised_ids(self) -> list[int]:
        """The reminders that are ticked as raised in this talk; what is no number is left out."""
        ticked = self.data.getlist("raised") if isinstance(self.data, MultiValueDict) else []
        return [int(one) for one in ticked[:MOST_TICKED] if one.isascii() and one.isdigit() and len(one) < 19]

    def values(self, ticket: Ticket) -> dict[str, Any]:
        """The length in seconds; a time typed to the minute, in the minute of the answer, is that of the answer."""
        data = dict(self.cleaned_data)
        at, answered = data["at"], ticket.response.answered_at
        if at is not None and at < answered and at == answered.replace(second=0, microsecond=0):
            data["at"] = answered
        minutes = data.pop("minutes")
        length = int(timedelta(minutes=minutes).total_seconds()) if minutes is not None else None
        return data | {"duration_s": length, "raised": self.raised_ids()}


class NoteForm(ActionForm):
    """A note."""

    text = _long_text(
        _("Note"),
        required=True,
        help_text=_("@ and a colleague’s name or address tells that colleague, such as @anna@example.com."),
    )


class AssignForm(ActionForm):
    """To whom a ticket is handed, a person, or a team for anyone in it, and why."""

    owner = WorkerField(label=_("To a person"), empty_label=_("Nobody"))
    team = TeamField(label=_("Or to a team, for anyone in it"), empty_label=_("None"))
    reason = _long_text(_("Why"), help_text=_("The new owner reads it in their notice; it stays in the history."))


class WaitForm(ActionForm):
    """Until when to leave a ticket alone, and why."""

    until = _later(_("Until"))
    reason = _long_text(_("What for"))


# Steps with a record of their own: what is asked for beside the tick.
STEP_RECORDS = {
    StepKind.COMPENSATION: _("What you give"),
    StepKind.CRM: _("Its number or address in the CRM"),
    StepKind.NEXT_CONTACT: _("What to raise"),
}


class StepForm(ActionForm):
    """A tick on a step, with its record; only a compensation has amount and currency."""

    step = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    done = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")], required=False)
    amount = forms.DecimalField(
        label=_("Amount"),
        required=False,
        min_value=0,
        max_digits=12,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"class": "input-short"}),
    )
    currency = TextField(
        label=_("Currency"), required=False, max_length=3, widget=forms.TextInput(attrs={"class": "input-short"})
    )
    note = TextField(required=False, max_length=1000, widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def ask_for(self, kind: str, *, currency: str = "", limit: Decimal | None = None) -> None:
        """Label the record as this kind of step needs it, fill in the play's currency, and say the play's limit."""
        if limit is not None:
            most = gettext("At most %(money)s; a manager may offer more.") % {"money": money(limit, currency)}
            self.fields["amount"].help_text = self["amount"].help_text = most  # a form that was checked keeps its own
        self.fields["note"].label = self["note"].label = STEP_RECORDS.get(StepKind(kind), _("Note"))
        self.fields["currency"].initial = currency

    def values(self, ticket: Ticket) -> dict[str, Any]:
        """A currency without an amount is left out: it stands in the form to begin with."""
        data = dict(self.cleaned_data)
        if data["amount"] is None:
            data["currency"] = ""
        return {"step_id": data.pop("step"), "done": data.pop("done") != "no", **data}


_MEANINGS = {
    Outcome.RECOVERED: _("the customer is content again"),
    Outcome.KEPT: _("not content yet, but the customer stays"),
    Outcome.LOST: _("the customer leaves, or has left"),
    Outcome.UNREACHABLE: _("nobody got hold of the customer"),
    Outcome.NO_ACTION: _("there was nothing to call about"),
}
_OUTCOMES = [(one.value, format_lazy("{}: {}", one.label, meaning)) for one, meaning in _MEANINGS.items()]


_ENDS = [
    (KEPT, _("Kept")),
    (WAIVED, _("Waived: it is no longer needed")),
    (MOVED, _("Moved: the ticket stays open until then")),
]


class ResolveForm(ActionForm):
    """How the follow-up ended, and why the customer was unhappy; first what became of each open promise.

    One that is left open is refused by the service, which also looks whether another was made meanwhile.
    """

    outcome = forms.ChoiceField(label=_("How did it end?"), choices=_OUTCOMES, widget=forms.RadioSelect)
    root_cause = CauseField(
        label=_("Root cause"),
        empty_label=_("Choose one"),
        help_text=_("Why the customer was unhappy, as far as you know now."),
    )
    no_attempt_reason = _long_text(
        _("Why nobody contacted the customer"), required=True, help_text=_("No contact was logged on this ticket.")
    )
    note = _long_text(_("Note"))

    def __init__(self, *args: Any, has_attempt: bool, promised: Sequence[Promise], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.promised = promised
        for promise in promised:
            self._ask_about(promise)
        self.order_fields([name for name in self.fields if name.startswith("promise")])
        self.fields["root_cause"].offer()  # type: ignore[attr-defined]
        reason = self.fields["no_attempt_reason"]
        reason.error_messages["required"] = gettext("No contact was logged. Say why, or log a call first.")
        if has_attempt:
            reason.required = False
            reason.help_text = gettext("A contact was logged meanwhile. Empty this where it is true no more.")
            if not self.data.get("no_attempt_reason"):  # what was typed before a colleague called is not lost
                del self.fields["no_attempt_reason"]

    def _ask_about(self, promise: Promise) -> None:
        name, label = f"promise{promise.pk}", gettext("Promised: %(what)s") % {"what": promise.text}
        self.fields[name] = forms.ChoiceField(
            label=label, choices=_ENDS, widget=forms.RadioSelect, required=not self.is_bound
        )
        self.fields[f"{name}_due"] = due = _later(_("By when now"))
        due.required = False
        due.help_text = _("When it is moved.")
        self.fields[f"{name}_words"] = TextField(
            label=_("Why, or how the customer agreed"),
            required=False,
            max_length=1000,
            help_text=_("When it is waived or moved."),
        )

    def clean(self) -> dict[str, Any]:
        """A promise that is moved has a time, and one that is moved or waived has words."""
        data = super().clean() or {}
        for promise in self.promised:
            name = f"promise{promise.pk}"
            self.fields[name].required = True  # so it is drawn, though the service alone refuses one that is left out
            how = data.get(name)
            if how == MOVED and not data.get(f"{name}_due") and f"{name}_due" not in self.errors:
                self.add_error(f"{name}_due", gettext("Say until when it is moved."))
            if how in (MOVED, WAIVED) and not data.get(f"{name}_words"):
                self.add_error(f"{name}_words", gettext("Say why."))
        return data

    def values(self, ticket: Ticket) -> dict[str, Any]:
        """With what became of the promises."""
        data = {name: value for name, value in self.cleaned_data.items() if not name.startswith("promise")}
        given = self.cleaned_data
        names = {promise.pk: f"promise{promise.pk}" for promise in self.promised}
        return data | {
            "ends": [
                PromiseEnd(pk, given[name], given[f"{name}_words"], given[f"{name}_due"])
                for pk, name in names.items()
                if given[name]
            ]
        }


class PromiseForm(ActionForm):
    """What is promised to the customer, by whom, and by when."""

    text = TextField(
        label=_("What you promise"),
        max_length=1000,
        help_text=_("The customer reads these words on their own page."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    due_at = _later(_("By when"))
    owner = WorkerField(label=_("Who sees to it"), empty_label=_("Me"))


class OnePromiseForm(ActionForm):
    """A form about one of the ticket's promises."""

    promise = forms.IntegerField(min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)

    def values(self, ticket: Ticket) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        return {"promise_id": data.pop("promise"), **data}


class PromiseKeptForm(OnePromiseForm):
    """A promise that is kept, with a note."""

    note = _long_text(_("Note"))


class PromiseWaivedForm(OnePromiseForm):
    """A promise that will not be kept, and why."""

    reason = _long_text(_("Why"), required=True)


class PromiseMovedForm(OnePromiseForm):
    """A promise with a new time, and how the customer agreed."""

    due_at = _later(_("By when now"))
    reason = _long_text(_("How the customer agreed"), required=True)


class LeftForm(ActionForm):
    """When the customer left."""

    on = dates.DayField(label=_("Left on"), help_text=_("The last day on which they were a customer."))


class ReopenForm(ActionForm):
    """Why a resolved ticket is taken up again."""

    reason = _long_text(_("Why"), required=True)
