"""A play in words, field by field, so that two of them can be put side by side."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from followup.models import EscalationLevel, Play, PlaybookVersion
from followup.presentation.wording import percent

_PLAIN = (
    "opens_ticket", "priority", "hours", "hours_run", "solve_hours", "solve_hours_run", "wait_limit_hours",
    "service_hours_only", "contact_by", "compensation_limit", "compensation_currency", "owner", "team",
    "ask_again_days", "reply_hours", "offers_call_slots",
)  # fmt: skip
_TEXTS = ("tells", "call_script", "mail_subject", "mail_body")
KEPT, LEFT_OUT, ADDED = "kept", "left_out", "added"
SHORT = 24


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a field, and whether the other play has it too."""

    text: str
    state: str


@dataclass(frozen=True, slots=True)
class Change:
    """A field that differs between two plays."""

    label: str
    before: Sequence[Line]
    after: Sequence[Line]

    @property
    def words(self) -> str:
        """A short change as "Priority: High → Critical"; of a long one the label alone."""
        olds, news = [line.text for line in self.before], [line.text for line in self.after]
        if max(len(olds), len(news)) > 1 or any(len(text) > SHORT for text in [*olds, *news]):
            return self.label
        return f"{self.label}: {''.join(olds) or '–'} → {''.join(news) or '–'}"


def changes(before: Play, after: Play) -> list[Change]:
    """The fields in which two plays differ; no query, for plays read with their steps and levels."""
    return [
        Change(label, *_marked(old, new))
        for (label, old), (_label, new) in zip(_facts(before), _facts(after), strict=True)
        if old != new
    ]


def changed_scores(before: PlaybookVersion, after: PlaybookVersion) -> dict[int, list[Change]]:
    """The changes of each score that has any, by score."""
    olds = {play.score: play for play in before.plays.all()}
    pairs = ((play.score, changes(olds[play.score], play)) for play in after.plays.all() if play.score in olds)
    return {score: found for score, found in pairs if found}


def _marked(old: list[str], new: list[str]) -> tuple[list[Line], list[Line]]:
    before, after = [], []
    for tag, from_a, to_a, from_b, to_b in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        is_same = tag == "equal"
        before += [Line(text, KEPT if is_same else LEFT_OUT) for text in old[from_a:to_a]]
        after += [Line(text, KEPT if is_same else ADDED) for text in new[from_b:to_b]]
    return before, after


def _facts(play: Play) -> Iterator[tuple[str, list[str]]]:
    """(label, lines) of each field, always in the same number and order."""
    for name in _PLAIN:
        yield _label(name), _lines(_value(play, name))
    yield _("Warn when this much of the time is left (%)"), [percent(play.warn_share)]
    for name in _TEXTS:
        for code, language in settings.LANGUAGES:
            yield f"{_label(name)} ({language})", _lines(getattr(play, name).get(code, ""))
    yield _("Levels after the deadline"), [_level_words(level) for level in play.levels.all()]
    for code, language in settings.LANGUAGES:
        steps = [_step_words(step.get_kind_display(), step.texts.get(code, ""), step.is_required)
                 for step in play.steps.all()]  # fmt: skip
        yield f"{_('Steps')} ({language})", steps


def _label(name: str) -> str:
    label = str(getattr(Play._meta.get_field(name), "verbose_name", name))
    return label[:1].upper() + label[1:]


def _value(play: Play, name: str) -> str:
    value: Any = getattr(play, name)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if hasattr(play, f"get_{name}_display"):
        return str(getattr(play, f"get_{name}_display")())
    return "" if value is None else str(value)


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def _level_words(level: EscalationLevel) -> str:
    who = str(level.person) if level.person else level.get_to_display()
    return _("after %(hours)d h: %(who)s") % {"hours": level.hours_after, "who": who}


def _step_words(kind: str, text: str, is_required: bool) -> str:
    return f"{kind}: {text}" if is_required else _("%(kind)s, not required: %(text)s") % {"kind": kind, "text": text}
