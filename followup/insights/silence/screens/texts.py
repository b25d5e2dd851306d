"""The figures about the silent in words."""

from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from followup.insights.comparing.change import nps_change
from followup.insights.estimates.shares import Estimate
from followup.insights.silence.calls.progress import Finding
from followup.insights.silence.figures.funnel import Steps
from followup.insights.silence.models import CallList
from followup.presentation.wording import percent, rounded, signed
from surveys.scoring import NpsFigures

STEPS = {
    "asked": pgettext_lazy("customers", "Asked"),
    "delivered": gettext_lazy("Delivered"),
    "answered": gettext_lazy("Answered"),
    "commented": gettext_lazy("Commented"),
    "followed_up": gettext_lazy("Followed up"),
    "recovered": gettext_lazy("Recovered"),
}
SHORT = STEPS | {"recovered": pgettext_lazy("below a column", "Recovered")}
OF = {"delivered": "mailed", "answered": "asked", "commented": "answered", "followed_up": "tickets",
      "recovered": "second"}  # fmt: skip
NAMES = STEPS | {"silent": gettext_lazy("Did not answer"), "tickets": gettext_lazy("Unhappy, with a ticket")}


def group_name(name: str) -> str:
    """What a group is called; who has none is "without"."""
    return name or _("without")


def step_words(found: Steps, name: str, *, hears_of_bounces: bool) -> dict[str, Any]:
    """A step as the table shows it: the number, and the part of the step before as whole per cent. Where nobody would
    tell of a mail that came back, no delivered one is a mail whose end is not known, as on a campaign's page."""
    number, of = getattr(found, name), getattr(found, OF[name]) if name in OF else 0
    if name == "delivered" and not (found.mailed and (found.delivered or hears_of_bounces)):
        return {"n": "–", "share": "", "is_known": False}
    share = percent(number / of) if of else ""
    return {"n": number_format(number, force_grouping=True), "share": share, "of": of, "is_known": True}


def nps_words(figures: NpsFigures) -> str:
    """An NPS with its interval and n: "12 (3 to 21), n 340"; a dash without answers."""
    if figures.nps is None or figures.nps_low is None or figures.nps_high is None:
        return "–"
    return _in_words(figures.nps, figures.nps_low, figures.nps_high, figures.responses)


def estimate_words(found: Estimate | None) -> str:
    """The same of an estimate."""
    return _in_words(found.value, found.low, found.high, found.n) if found else "–"


def _in_words(nps: float, low: float, high: float, n: int) -> str:
    return _("%(nps)s (%(low)s to %(high)s), n %(n)s") % {
        "nps": signed(nps), "low": signed(low), "high": signed(high), "n": rounded(n),
    }  # fmt: skip


def headline(call_list: CallList, found: Finding) -> str:
    """What a list says, in a sentence."""
    if found.whole is None or found.of_called is None or found.by_answers.nps is None:
        return _("So far %(said)d of the %(drawn)d drawn customers gave a score. From ten on it is said what that "
                 "means for all who were asked.") % {"said": found.progress.said, "drawn": call_list.drawn}  # fmt: skip
    change = nps_change(found.by_answers, found.of_called)
    said = _("The NPS of all who were asked is about %(all)s, between %(low)s and %(high)s; the answers alone say "
             "%(answered)s.") % {
        "all": signed(found.whole.value), "low": signed(found.whole.low), "high": signed(found.whole.high),
        "answered": signed(found.by_answers.nps),
    }  # fmt: skip
    if change is None or change.is_noise:
        differ = _("The silent do not differ from those who answered by more than noise.")
    elif change.change < 0:
        differ = _("The silent are less happy than those who answered.")
    else:
        differ = _("The silent are happier than those who answered.")
    return f"{said} {differ}"


def explained(call_list: CallList, found: Finding) -> list[str]:
    """What the estimate rests on and assumes, sentence by sentence."""
    progress = found.progress
    said = [
        _("Of %(asked)d customers %(answered)d had answered, and %(silent)d were silent; %(reachable)d of these could "
          "be called, and chance drew %(drawn)d.")
        % {"asked": call_list.asked, "answered": call_list.answered, "silent": call_list.silent,
           "reachable": call_list.reachable, "drawn": call_list.drawn},
        _("%(said)d of the drawn gave a score, and stand for all silent ones. %(not_reached)d were not reached, did "
          "not want to say, or may no longer be called: these are left out. %(open)d are not called yet.")
        % {"said": progress.said, "not_reached": progress.not_reached, "open": progress.open},
    ]  # fmt: skip
    if found.bounds:
        said.append(
            _("Had all who were left out been unhappy, it would be %(low)s; had all been happy, %(high)s.")
            % {"low": signed(found.bounds.low), "high": signed(found.bounds.high)}
        )
    said.append(
        _("It assumes that those who were reached answer as the other silent ones would, also those without a number, "
          "and that people say on the phone what they would say in writing. Many are kinder to a voice.")
    )  # fmt: skip
    return said
