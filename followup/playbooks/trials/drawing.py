"""Which plays apply to an answer when trials are looked at: those in force, or the changed ones of its draw.

Where no trial runs this costs no query: whether a playbook has one is read together with its version.
A draw is decided by times and identities that are stored with the answer, so the thank-you page and the ticket, which
look at different moments, come to the same.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from followup.clocks.score_history import Scored, opening_at
from followup.history import chain
from followup.models import Activity, ActivityKind, Play, Ticket
from followup.playbooks import services as playbooks
from followup.playbooks.services import InForce
from followup.playbooks.trials import coin
from followup.playbooks.trials.models import Arm, Draw, Trial, TrialState
from surveys.models import Response


@dataclass(frozen=True, slots=True)
class Drawn:
    """The trial that draws an answer, the version that it gets, and the score with which it came."""

    trial: Trial
    arm: str
    score: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """The plays of some surveys, with the trials that may draw answers to them."""

    in_force: InForce
    trials: Mapping[int, Sequence[Trial]]  # by playbook

    @classmethod
    def of(cls, scores: Mapping[int, Collection[int]]) -> "Drawing":
        """For answers with these scores, by survey. Queries as `playbooks.in_force`, and two where a trial runs."""
        in_force = playbooks.in_force(scores)
        trials: dict[int, list[Trial]] = defaultdict(list)
        if books := set(in_force.with_trial.values()):
            rows = Trial.objects.filter(playbook__in=books).exclude(state=TrialState.DRAFT)
            for trial in rows.prefetch_related("surveys").order_by("pk"):
                trials[trial.playbook_id].append(trial)
        return cls(in_force, trials)

    def plays(self, survey_id: int, drawn: Drawn | None = None) -> dict[int, Play]:
        """The plays of a survey by score; of an answer that was drawn so, the changed ones in the place of theirs."""
        plays = dict(self.in_force.plays[survey_id])
        return plays if drawn is None or drawn.arm != Arm.B else _changed(plays, drawn.trial)

    def every_play(self) -> list[Play]:
        """The plays of all these surveys, in force and changed."""
        plays = [play for by_score in self.in_force.plays.values() for play in by_score.values()]
        trials = (trial for rows in self.trials.values() for trial in rows)
        return plays + [play for trial in trials for play in playbooks.plays_of_version(trial.changed_id).values()]

    def draw(self, response: Response, opens: Scored) -> Drawn | None:
        """Draw an answer whose ticket opens with that score; None where no trial wants it. No query."""
        for trial in self._trials_of(response.survey_id):
            began, ended = trial.started_at, trial.drawn_until
            is_meanwhile = began is not None and began <= opens.at and (ended is None or opens.at < ended)
            if is_meanwhile and opens.score in trial.scores and _is_of_survey(trial, response.survey_id):
                side = coin.side_of(bytes(trial.seed), response.contact_id, response.pk)
                return Drawn(trial, side, opens.score)
        return None

    def _trials_of(self, survey_id: int) -> Sequence[Trial]:
        return self.trials.get(self.in_force.with_trial.get(survey_id, 0), ())


def _is_of_survey(trial: Trial, survey_id: int) -> bool:
    surveys = {survey.pk for survey in trial.surveys.all()}
    return not surveys or survey_id in surveys


def _changed(plays: Mapping[int, Play], trial: Trial) -> dict[int, Play]:
    changed = playbooks.plays_of_version(trial.changed_id)
    return {score: changed[score] if score in trial.scores else play for score, play in plays.items()}


def plays_of_answer(response: Response, scores: Sequence[Scored]) -> dict[int, Play]:
    """The plays, by score, that the ticket of an answer with this history has, or will have."""
    drawing = Drawing.of({response.survey_id: {now.score for now in scores}})
    plays = drawing.plays(response.survey_id)
    if not drawing.trials:
        return plays
    opens = {score for score, play in plays.items() if play.opens_ticket}
    first = opening_at(scores, opens, is_history=False)
    drawn = drawing.draw(response, scores[first]) if first is not None else None
    return drawing.plays(response.survey_id, drawn)


def plays_of_ticket(ticket: Ticket, survey_id: int, scores: Collection[int]) -> dict[int, Play]:
    """The plays, by score, that later answers of this ticket's customer bring: of the version that it was drawn for."""
    drawing = Drawing.of({survey_id: scores})
    plays = drawing.plays(survey_id)
    trials = (trial for rows in drawing.trials.values() for trial in rows)
    trial = next((trial for trial in trials if trial.changed_id == ticket.play.version_id), None)
    return _changed(plays, trial) if trial is not None else plays


def record(ticket: Ticket, drawn: Drawn, response: Response) -> None:
    """Store that a new, locked ticket was drawn, with its entry in the history. A customer is drawn once: a second
    ticket of theirs has the same version, and is not counted."""
    store([(ticket, drawn, response)])
    chain.append(ticket, ActivityKind.TRIAL_DRAWN, at=ticket.opened_at, **_data(drawn))


def entry_of(ticket: Ticket, drawn: Drawn) -> Activity:
    """The history's entry of a draw, not stored; for many tickets that open together."""
    return chain.next_entry(ticket, ActivityKind.TRIAL_DRAWN, at=ticket.opened_at, **_data(drawn))


def store(draws: Iterable[tuple[Ticket, Drawn, Response]]) -> None:
    """Store that these tickets were drawn; one statement."""
    rows = [
        Draw(trial=drawn.trial, ticket=ticket, contact_id=response.contact_id, arm=drawn.arm, score=drawn.score,
             at=ticket.opened_at)
        for ticket, drawn, response in draws
    ]  # fmt: skip
    if rows:
        Draw.objects.bulk_create(rows, ignore_conflicts=True)


def _data(drawn: Drawn) -> dict[str, Any]:
    return {"trial": drawn.trial.pk, "arm": drawn.arm}
