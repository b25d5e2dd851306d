"""What each part of a play's form holds, in one line, as it stands in the form; and in which parts a fault is."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from followup.models import ClockRuns, EscalateTo
from followup.playbooks.forms import LANGUAGES, MOST_LEVELS, PlayForm
from followup.playbooks.step_forms import StepFormSet

_FIELDS: Mapping[str, Sequence[str]] = {
    "ticket": ("opens_ticket", "priority", "contact_by", "tells_"),
    "clocks": ("hours", "hours_run", "warn_per_cent", "solve_hours", "solve_hours_run", "wait_limit_hours"),
    "talk": ("reply_hours", "offers_call_slots"),
    "who": ("owner", "team"),
    "late": ("level", "service_hours_only"),
    "after": ("ask_again_days",),
    "words": ("call_script_", "mail_", "compensation_"),
}


def faulty_parts(form: PlayForm, steps: StepFormSet) -> set[str]:
    """The parts with a fault, which are shown open."""
    wrong = tuple(form.errors) if form.is_bound else ()
    found = {part for part, names in _FIELDS.items() if any(name.startswith(tuple(names)) for name in wrong)}
    return found | ({"steps"} if steps.is_bound and not steps.is_valid() else set())


def parts_in_words(form: PlayForm, steps: StepFormSet) -> dict[str, str]:
    """One line for each part of the form."""
    lines = {
        "ticket": _ticket(form), "clocks": _clocks(form), "talk": _talk(form), "who": _who(form), "late": _late(form),
        "after": _after(form), "words": _words(form), "steps": _steps(steps),
    }  # fmt: skip
    return {part: " · ".join(words) for part, words in lines.items()}


def _text(form: forms.BaseForm, name: str) -> str:
    value = form[name].value()
    return "" if value in (None, False) else str(value).strip()


def _chosen(form: PlayForm, name: str) -> str:
    """The words of the choice that a field has; "" for none."""
    value = _text(form, name)
    choices: Any = getattr(form.fields[name], "choices", ())
    return next((str(words) for one, words in choices if str(one) == value), "") if value else ""


def _ticket(form: PlayForm) -> Iterator[str]:
    yield _("Opens a ticket") if _text(form, "opens_ticket") else _("No ticket but by hand")
    yield from filter(None, (_chosen(form, "priority"), _chosen(form, "contact_by")))


def _clocks(form: PlayForm) -> Iterator[str]:
    hours, solve = _text(form, "hours"), _text(form, "solve_hours")
    if hours:
        yield _first_contact_words(form) % {"hours": hours}
        yield _("warning at %(share)s %% of the time left") % {"share": _text(form, "warn_per_cent")}
    else:
        yield _("No deadline for the first contact")
    if solve:
        is_service = _text(form, "solve_hours_run") == ClockRuns.SERVICE
        words = _("solved within %(hours)s h of service") if is_service else _("solved within %(hours)s h")
        yield words % {"hours": solve}


def _first_contact_words(form: PlayForm) -> str:
    if _text(form, "hours_run") == ClockRuns.SERVICE:
        return _("First contact within %(hours)s h of service")
    return _("First contact within %(hours)s h")


def _who(form: PlayForm) -> Iterator[str]:
    yield _chosen(form, "owner") or _("Nobody: anyone in the team")
    yield _chosen(form, "team") or _("The survey's team")


def _talk(form: PlayForm) -> Iterator[str]:
    if hours := _text(form, "reply_hours"):
        is_service = _text(form, "hours_run") == ClockRuns.SERVICE
        words = _("A message is answered within %(hours)s h")
        yield (_("A message is answered within %(hours)s h of service") if is_service else words) % {"hours": hours}
    else:
        yield _("No clock for messages")
    if _text(form, "offers_call_slots"):
        yield _("times for a call are offered")


def _late(form: PlayForm) -> Iterator[str]:
    yield _("The team’s lead at the deadline")
    for number in range(1, MOST_LEVELS + 1):
        if hours := _text(form, f"level{number}_hours"):
            is_person = _text(form, f"level{number}_to") == EscalateTo.PERSON
            who = _chosen(form, f"level{number}_person") if is_person else _chosen(form, f"level{number}_to")
            yield _("%(who)s after %(hours)s h") % {"who": who or "–", "hours": hours}
    if _text(form, "service_hours_only"):
        yield _("in service hours only")


def _after(form: PlayForm) -> Iterator[str]:
    if days := _text(form, "ask_again_days"):
        number = int(days) if days.isdecimal() else 0  # as it was typed, also where it is refused
        words = ngettext(
            "Asked again by one mail, %(days)s day later", "Asked again by one mail, %(days)s days later", number
        )
        yield words % {"days": days}
    else:
        yield _("Not asked again")


def _words(form: PlayForm) -> Iterator[str]:
    for name, label in (("call_script", _("What to say")), ("mail_body", _("Mail"))):
        written = [LANGUAGES[code] for code in LANGUAGES if _text(form, f"{name}_{code}")]
        yield f"{label}: {', '.join(written) or _('none')}"
    if limit := _text(form, "compensation_limit"):
        yield _("Compensation up to %(amount)s") % {"amount": f"{limit} {_text(form, 'compensation_currency')}".strip()}
    else:
        yield _("Compensation without a limit")


def _steps(steps: StepFormSet) -> Iterator[str]:
    yield ngettext("%(n)d step", "%(n)d steps", len(steps.forms)) % {"n": len(steps.forms)}
    kinds = [step.kind_words for step in steps.forms]
    if kinds:
        yield ", ".join(kinds)
