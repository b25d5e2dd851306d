"""Keeps plays as they are while a trial compares them with others."""

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from followup.models import Playbook
from followup.playbooks.trials.models import Trial, TrialState


def refuse_change(playbook: Playbook, scores: Collection[int]) -> None:
    """Refuse that a play changes on which a trial draws. Raises: ValidationError, which names the trial."""
    trials = Trial.objects.filter(playbook=playbook, state=TrialState.DRAWING, scores__overlap=list(scores))
    trial = trials.first()
    if trial is None:
        return
    score = next(score for score in scores if score in trial.scores)
    words = _("The play for %(score)d takes part in the trial “%(trial)s”, and stays as it is until that has drawn its "
              "customers. Stop the trial to change it now.")  # fmt: skip
    raise ValidationError(words % {"score": score, "trial": trial.name})
