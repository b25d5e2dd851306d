"""The plan of the sample year, the same each time: who answers what, and what becomes of it. It knows no dates.

The year has a plot. A strike in the warehouse spoils the deliveries for a month; the promises to call back suffer with
them; then both recover. All of it lies in the last ninety days, which are what the insights open with. It is a strike
and no Christmas rush because dates count back from the day of loading, whatever the season.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import TypeVar

from followup.demo import comments
from followup.demo.clock import Window
from followup.demo.comments import Voice
from followup.models import Outcome
from surveys.scoring import HIGHEST_DETRACTOR

T = TypeVar("T")

SEED = 20_240_611
WEEKS = 52
AFTER_DELIVERY, AFTER_SERVICE, RELATIONSHIP = range(3)
PERSONAL, PROGRAM, NAMED, UNKNOWN = range(4)  # by which way an answer came
UNTOUCHED, CLAIMED, TRIED, CONTACTED, WAITING, SOLVED, NOBODY_TO_CALL = range(7)

_WEEK_H = 7 * 24
_PER_WEEK = {AFTER_DELIVERY: 48, AFTER_SERVICE: 25}
_ASKED_ALL = (39, 26, 10)  # weeks ago in which every known customer was asked; and once more two days ago
_WAVE = 350
_STRIKE = range(7, 11)  # weeks ago
_HIT = {AFTER_DELIVERY: 1.0, AFTER_SERVICE: 0.8, RELATIONSHIP: 0.6}  # how much of a strike a survey feels
_AFTERMATH = range(4, 7)
_ASKED_AGAIN_AFTER = 5  # weeks
_STILL_OPEN = (0.6, 0.4, 0.25, 0.12)  # of the tickets of one, two, three and four weeks ago
_LATE, _LATE_STRUCK = 0.08, 0.28  # share of the tickets contacted too late
_LATE_HELPS_LESS = 0.3
_ASKED_AGAIN_SHARE = 0.65

_NORMAL = (0.7, 0.5, 0.8, 1.0, 1.0, 1.5, 2.2, 8.8, 17, 29, 37)
_STRUCK = (5.0, 3.0, 4.5, 4.5, 4.0, 5.0, 6.0, 12, 18, 19, 19)
_LANGUAGES = ["en"] * 6 + ["nl"] * 7 + ["da"] * 6
_COMMENTED = {comments.ANGRY: 0.86, comments.UNHAPPY: 0.8, comments.PASSIVE: 0.46, comments.PROMOTER: 0.5}
_CAUSES = {
    AFTER_DELIVERY: {"delivery": 46, "product": 25, "communication": 11, "app-website": 6, "price": 6, "service": 4,
                     "not-us": 2},
    AFTER_SERVICE: {"service": 46, "communication": 16, "product": 13, "billing": 11, "app-website": 6, "delivery": 8},
    RELATIONSHIP: {"product": 26, "price": 18, "service": 15, "billing": 14, "app-website": 14, "delivery": 10,
                   "communication": 3},
}  # fmt: skip
_OUTCOMES = {Outcome.RECOVERED: 42, Outcome.KEPT: 31, Outcome.LOST: 15, Outcome.UNREACHABLE: 8, Outcome.NO_ACTION: 10}
_OUTCOMES_STRUCK = {
    Outcome.RECOVERED: 26, Outcome.KEPT: 31, Outcome.LOST: 29, Outcome.UNREACHABLE: 11, Outcome.NO_ACTION: 12,
}  # fmt: skip

# The desk of today: (score, hours ago, what was done). Hours of the plays: 0-3 within 24, 4-6 within 48.
_TODAY = (
    (0, 31.0, UNTOUCHED), (2, 26.5, TRIED), (3, 25.2, UNTOUCHED), (5, 53.0, UNTOUCHED), (4, 50.4, CLAIMED),
    (6, 55.5, UNTOUCHED), (1, 21.3, UNTOUCHED), (3, 19.6, TRIED), (4, 43.0, CLAIMED), (5, 39.5, UNTOUCHED),
    (6, 45.4, UNTOUCHED), (5, 37.1, TRIED), (0, 2.3, UNTOUCHED), (2, 0.4, UNTOUCHED), (1, 5.1, CLAIMED),
    (3, 0.9, UNTOUCHED), (3, 6.7, UNTOUCHED), (2, 11.8, CONTACTED), (4, 1.6, UNTOUCHED), (5, 3.2, UNTOUCHED),
    (6, 0.2, UNTOUCHED), (6, 4.4, UNTOUCHED), (5, 9.1, UNTOUCHED), (4, 13.7, UNTOUCHED), (6, 15.9, CLAIMED),
    (6, 22.4, UNTOUCHED), (5, 24.8, TRIED), (4, 27.3, CONTACTED), (6, 29.9, CONTACTED), (5, 33.6, WAITING),
    (3, 17.2, CONTACTED), (6, 35.8, SOLVED), (4, 47.1, SOLVED), (2, 44.0, SOLVED), (5, 58.2, CONTACTED),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Story:
    """What becomes of a ticket. `is_late`: contacted after the deadline; `days`: from the contact to the end."""

    what: int
    outcome: Outcome | None
    is_late: bool
    days: float


@dataclass(frozen=True, slots=True)
class Planned:
    """One answer to come: at the `share` of a window, by the customer with a number; `follows` is that of another."""

    number: int
    survey: int
    window: Window
    share: float
    language: str
    score: int
    cause: str
    comment: str
    way: int
    customer: int
    story: Story | None
    follows: int | None = None


def _week(ago: int) -> Window:
    return Window((ago + 1) * _WEEK_H, ago * _WEEK_H)


def _strength(ago: int) -> float:
    """How much of the strike is felt in a week, 0 to 1."""
    if ago in _STRIKE:
        return 0.8 if ago in (_STRIKE[0], _STRIKE[-1]) else 1.0
    return (ago - _AFTERMATH[0]) / len(_AFTERMATH) * 0.4 if ago in _AFTERMATH else 0.0


def plan(size: float = 1.0) -> list[Planned]:
    """Every answer of the year, in no order; about 5,300 for size 1, fewer for a smaller one.

    The desk of today is complete in any size.
    """
    return _Year(size).plan()


class _Year:
    def __init__(self, size: float) -> None:
        self.size = size
        self.random = Random(SEED)  # noqa: S311  (sample data)
        self.voice = Voice(self.random)
        self.planned: list[Planned] = []
        self.known: dict[str, list[int]] = {language: [] for language in comments.LANGUAGES}
        self.customers = 0

    def plan(self) -> list[Planned]:
        for ago in range(WEEKS - 1, -1, -1):
            growth = 1.12 - 0.24 * ago / WEEKS
            for survey, count in _PER_WEEK.items():
                self._answers(survey, _week(ago), ago, count * growth)
            if ago in _ASKED_ALL:
                start = (ago + 1) * _WEEK_H
                self._answers(RELATIONSHIP, Window(start, start - 240, 40), ago, _WAVE)
        self._answers(RELATIONSHIP, Window(60, 0.1, 22), 0, _WAVE - len(_TODAY), is_fresh=True)
        for score, hours, what in _TODAY:
            self._answer_of_today(score, hours, what)
        return self.planned

    def _answers(self, survey: int, window: Window, ago: int, count: float, *, is_fresh: bool = False) -> None:
        number = max(1, round(count * self.size))
        for place in range(number):
            share = (place + self.random.random()) / number
            # Who answered badly in the last days stands in _TODAY, so that the desk is the same each time.
            is_calm = is_fresh or (ago == 0 and share > 0.3)
            score = self._score(survey, ago, at_least=7 if is_calm else 0)
            self._add(survey, window, share, ago, score)

    def _score(self, survey: int, ago: int, at_least: int) -> int:
        strength = _strength(ago) * _HIT[survey]
        weights = [
            normal * (1 - strength) + struck * strength if score >= at_least else 0
            for score, (normal, struck) in enumerate(zip(_NORMAL, _STRUCK, strict=True))
        ]
        return self._one_of(dict(enumerate(weights)))

    def _add(self, survey: int, window: Window, share: float, ago: int, score: int) -> None:
        language = self.random.choice(_LANGUAGES)
        strength = _strength(ago) * _HIT[survey]
        way, customer = self._who(survey, language, score)
        cause, comment = self._comment(survey, language, score, strength, ago)
        story = self._story(way, ago, strength) if score <= HIGHEST_DETRACTOR else None
        self._keep(survey, window, share, language, score, cause, comment, way, customer, story)
        if story and customer in self.known[language]:  # what they say next is told by `_ask_again` alone
            self.known[language].remove(customer)
        if story and way == PERSONAL and ago >= _ASKED_AGAIN_AFTER + 3 and self.random.random() < _ASKED_AGAIN_SHARE:
            self._ask_again(self.planned[-1], story, ago - _ASKED_AGAIN_AFTER)

    def _answer_of_today(self, score: int, hours: float, what: int) -> None:
        survey = self.random.choice((AFTER_DELIVERY, AFTER_SERVICE, RELATIONSHIP, RELATIONSHIP, RELATIONSHIP))
        language = self.random.choice(_LANGUAGES)
        way, customer = self._who(RELATIONSHIP, language, score)
        cause, comment = self._comment(survey, language, score, 0, 0)
        outcome = Outcome.RECOVERED if what == SOLVED else None
        story = Story(what, outcome, is_late=False, days=0.1)
        self._keep(survey, Window(hours, hours), 0, language, score, cause, comment, way, customer, story)

    def _ask_again(self, first: Planned, story: Story, ago: int) -> None:
        """Some weeks after the talk the customer is asked once more: mostly it helped, if it did."""
        helped = {Outcome.RECOVERED: 0.93, Outcome.KEPT: 0.7, Outcome.LOST: 0.2, Outcome.NO_ACTION: 0.33}
        if story.outcome not in helped:
            return
        is_better = self.random.random() < helped[story.outcome] - (_LATE_HELPS_LESS if story.is_late else 0)
        score = self.random.choice((7, 8, 8, 9, 9, 10) if is_better else (2, 3, 4, 5, 5, 6))
        mood = comments.BETTER if is_better else comments.STILL
        comment = self.voice.say(first.language, mood, comments.ANY) if self.random.random() < 0.7 else ""
        again = None if is_better else Story(SOLVED, Outcome.LOST, is_late=False, days=self.random.uniform(0.5, 3))
        follows = None if story.outcome == Outcome.NO_ACTION else first.number  # nobody called, so nobody asked
        self._keep(first.survey, _week(ago), self.random.random(), first.language, score, first.cause, comment,
                   PERSONAL, first.customer, again, follows=follows)  # fmt: skip

    def _keep(  # noqa: PLR0913  (the fields of one answer)
        self, survey: int, window: Window, share: float, language: str, score: int, cause: str, comment: str, way: int,
        customer: int, story: Story | None, follows: int | None = None,
    ) -> None:  # fmt: skip
        number = len(self.planned)
        self.planned.append(
            Planned(number, survey, window, share, language, score, cause, comment, way, customer, story, follows)
        )

    def _who(self, survey: int, language: str, score: int) -> tuple[int, int]:
        """(way, number of the customer): those who are asked how things are going are mostly known."""
        way = self.random.random()
        if survey != RELATIONSHIP and way > 0.72:
            self.customers += 1
            leaves_name = score <= HIGHEST_DETRACTOR and self.random.random() < 0.72
            return NAMED if leaves_name else UNKNOWN, self.customers
        known = self.known[language]
        if known and self.random.random() < (0.8 if survey == RELATIONSHIP else 0.22):
            customer = self.random.choice(known)
        else:
            self.customers += 1
            customer = self.customers
            known.append(customer)
        return PERSONAL if way < 0.62 or survey == RELATIONSHIP else PROGRAM, customer

    def _comment(self, survey: int, language: str, score: int, strength: float, ago: int) -> tuple[str, str]:
        """(root cause, words)."""
        mood = comments.mood_of(score)
        cause = self._one_of(_CAUSES[survey])
        chance = self.random.random()
        if mood in (comments.ANGRY, comments.UNHAPPY) and chance < 0.6 * strength:
            mood, cause = comments.STRIKE, self._one_of({"delivery": 75, "communication": 25})
        elif mood == comments.PASSIVE and chance < 0.35 * strength:
            mood, cause = comments.STRIKE_PASSIVE, comments.ANY
        elif mood == comments.PROMOTER and ago in _AFTERMATH and chance < 0.07:
            mood, cause = comments.RECOVERED, comments.ANY
        says = self.random.random() < (
            _COMMENTED[comments.mood_of(score)] if ago or score > HIGHEST_DETRACTOR else 0.94
        )
        return cause, self.voice.say(language, mood, cause) if says else ""

    def _story(self, way: int, ago: int, strength: float) -> Story:
        is_late = self.random.random() < _LATE + _LATE_STRUCK * strength
        outcome = self._one_of(_OUTCOMES_STRUCK if strength > 0.4 else _OUTCOMES)
        days = self.random.uniform(0.1, 4) + (self.random.uniform(0, 4) if strength > 0.4 else 0)
        is_still_open = ago < len(_STILL_OPEN) and self.random.random() < _STILL_OPEN[ago]
        if way == UNKNOWN:
            return Story(NOBODY_TO_CALL, Outcome.NO_ACTION, is_late=False, days=days)
        if is_still_open:
            return Story(self.random.choice((CONTACTED, WAITING)), None, is_late, days)
        return Story(SOLVED, outcome, is_late, days)

    def _one_of(self, weights: Mapping[T, float]) -> T:
        return self.random.choices(list(weights), list(weights.values()))[0]
