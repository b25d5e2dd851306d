"""Removes the sample data: exactly what is on its list and what belongs to that, or nothing.

The history of tickets is append-only, and stays so: a trigger lets only those rows go that belong to a survey of the
list, in a transaction that says it removes samples (see surveys/models/sample.py). Settings keep their audit log.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.apps import apps
from django.db import connection, models, transaction
from django.db.models import Exists, OuterRef

from followup.conversations import mail_keys
from followup.conversations.models import Message
from followup.conversations.of_answers import conversation_of
from followup.demo.cast import LAST_INVITATION, LAST_RESPONSE
from followup.insights.events.models import Event
from followup.insights.improvements import services as improvements
from followup.insights.improvements.models import Improvement, LetterTexts, Told
from followup.insights.praise.models import LovedWords, Praise
from followup.insights.risk.models import AtRisk
from followup.insights.silence.models import Call, CallList
from followup.insights.themes.models import Suggestion
from followup.insights.weekly.models import WeeklyMail
from followup.insights.words.models import CommentTerms, ToRead
from followup.models import (
    Activity,
    ActivityText,
    Attempt,
    DigestItem,
    EscalationLevel,
    Notice,
    Pause,
    Play,
    Playbook,
    PlaybookVersion,
    PlayStep,
    Presence,
    Promise,
    PromiseChange,
    PromiseTally,
    Reminder,
    Step,
    SurveyFollowUp,
    Ticket,
)
from followup.notify.mails import ACCOUNT_MANAGER_MAIL
from followup.playbooks.trials.models import Draw, Trial
from nps_project.accounts.models import Team, User
from nps_project.deliveries.models import Delivery
from surveys.models import (
    Answer,
    AnswerSource,
    AskDecision,
    BulkDecision,
    Campaign,
    Company,
    Contact,
    Decision,
    Invitation,
    Question,
    Response,
    ResponseChange,
    Sample,
    Segment,
    Survey,
    SurveyTexts,
    Tally,
    Unsubscription,
)
from surveys.models.sample import REMOVING
from surveys.scanners.models import OpenedMail, Opening, Tap
from surveys.tallying.models import TraitTally

Ids = dict[type[models.Model], set[int]]
COUNTS = (Tally, TraitTally, PromiseTally, PromiseChange)  # they go with what they count


class CannotRemove(Exception):
    """Something real hangs on the sample data, or there is no list of it. `reasons`: one line each."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class Tries:
    """The answers and links that people added to the sample surveys."""

    answers: int
    invitations: int


@transaction.atomic
def remove(*, with_tries: bool = False) -> int:
    """Remove the sample data and all that was done on its tickets. Returns: the number of answers removed.

    `with_tries`: also the answers and links that people added to the sample surveys. Raises: CannotRemove, with nothing
    changed, when something real hangs on it, or when there are such tries and `with_tries` is off.
    """
    sample = Sample.objects.select_for_update().first()
    if sample is None:
        raise CannotRemove(["it was made by an earlier version, which kept no list of what it made"])
    list(Survey.objects.select_for_update().filter(pk__in=sample.survey_ids))  # no new answer from here on
    tries = _tries(sample)
    if not with_tries and (tries.answers or tries.invitations):
        reason = "answers that people gave to the sample surveys: {}; links made for them: {}; see --with-tries"
        raise CannotRemove([reason.format(tries.answers, tries.invitations)])
    ids = _all_of_it(sample)
    if hanging := list(_hanging(ids)):
        raise CannotRemove(hanging)
    answers = len(ids[Response])
    _delete(ids, sample)
    return answers


def _tries(sample: Sample) -> Tries:
    surveys = sample.survey_ids
    return Tries(
        Response.objects.filter(survey__in=surveys, pk__gt=sample.made[LAST_RESPONSE]).count(),
        Invitation.objects.filter(survey__in=surveys, pk__gt=sample.made[LAST_INVITATION]).count(),
    )


def _all_of_it(sample: Sample) -> Ids:
    """Ids by model, of the list and of what belongs to it."""
    ids: Ids = defaultdict(set)

    def take(model: type[models.Model], **where: object) -> set[int]:
        ids[model] |= set(model._base_manager.filter(**where).values_list("pk", flat=True))
        return ids[model]

    surveys = take(Survey, pk__in=sample.survey_ids)
    of_a_survey: list[type[models.Model]] = [
        SurveyTexts, Question, SurveyFollowUp, Invitation, Campaign, Contact, CallList,
        AskDecision,
    ]  # fmt: skip
    for model in of_a_survey:
        take(model, survey__in=surveys)
    responses = take(Response, survey__in=surveys)
    take(Answer, response__in=responses)
    take(ResponseChange, response__in=responses)
    take(Decision, response__in=responses)
    take(AnswerSource, response__in=responses)
    take(Tap, response__in=responses)
    for model in (Opening, OpenedMail):
        take(model, invitation__in=ids[Invitation])
    found = take(Ticket, response__in=responses)
    of_a_ticket: list[type[models.Model]] = [
        Step, Attempt, Activity, Promise, Reminder, Pause, Presence, DigestItem, Notice,
    ]  # fmt: skip
    for model in of_a_ticket:
        take(model, ticket__in=found)
    take(ActivityText, activity__ticket__in=found)
    for model, where in conversation_of(responses, found):
        take(model, **where)
    take(Delivery, about__in=[mail_keys.about(pk) for pk in ids[Message]])
    take(Delivery, about__in=[f"{prefix}{pk}" for pk in found for prefix in ("ticket:", ACCOUNT_MANAGER_MAIL)])
    contacts = take(Contact, pk__in=sample.made["surveys.contact"])
    take(Segment, pk__in=sample.made.get("surveys.segment", ()))
    take(Unsubscription, contact__in=contacts)
    take(AtRisk, contact__in=contacts)
    take(AtRisk, survey__in=surveys)
    take(Call, call_list__in=ids[CallList])
    take(Company, pk__in=_companies(sample, contacts))
    take(Event, pk__in=sample.made.get("events.event", ()))
    mended = take(Improvement, pk__in=sample.made.get("improvements.improvement", ()))
    take(Notice, about__in=[improvements.about(pk) for pk in mended])
    take(Improvement.root_causes.through, improvement__in=mended)
    take(LetterTexts, improvement__in=mended)
    take(Told, ticket__in=found)
    take(Praise, response__in=responses)
    take(LovedWords, survey__in=surveys)
    for model in (CommentTerms, ToRead, Suggestion):
        take(model, response__in=responses)
    people = take(User, pk__in=sample.made["accounts.user"])
    take(BulkDecision, by__in=people)
    take(WeeklyMail, person__in=people)
    teams = take(Team, pk__in=sample.made["accounts.team"])
    take(Team.members.through, team__in=teams)
    books = take(Playbook, pk__in=sample.made["followup.playbook"])
    tried = take(Trial, playbook__in=books)
    take(Trial.surveys.through, trial__in=tried)
    take(Draw, trial__in=tried)
    versions = take(PlaybookVersion, playbook__in=books) | take(PlaybookVersion, trial__in=tried)
    plays = take(Play, version__in=versions)
    take(PlayStep, play__in=plays)
    take(EscalationLevel, play__in=plays)
    return ids


def _companies(sample: Sample, contacts: set[int]) -> set[int]:
    """The companies that were made for sample contacts and have no real one. Before they were listed, migrations made
    them.
    """
    theirs = Contact.objects.filter(pk__in=contacts, company__isnull=False).values("company")
    listed = sample.made.get("surveys.company")
    made = Company.objects.filter(pk__in=theirs if listed is None else listed)
    real = Contact.objects.filter(company=OuterRef("pk")).exclude(pk__in=contacts)
    return set(made.exclude(Exists(real)).values_list("pk", flat=True))


def _hanging(ids: Ids) -> Iterable[str]:
    """One line for each way in which rows that stay refer to rows that would go."""
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            target = field.related_model
            if model in COUNTS or not isinstance(target, type) or not ids.get(target):
                continue
            rows = model._base_manager.filter(**{f"{field.name}__in": ids[target]}).values_list("pk", flat=True)
            stay = sorted(set(rows) - ids.get(model, set()), key=str)
            if stay:
                some = ", ".join(map(str, stay[:5])) + (" …" if len(stay) > 5 else "")
                yield f"{model._meta.verbose_name} {some}: {field.verbose_name} is a sample"


def _delete(ids: Ids, sample: Sample) -> None:
    """In one go and without signals; the database checks at the end that nothing refers to what is gone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, 'on', true)", [REMOVING])
        # The histories go first, while the triggers can see on what they stand.
        order = sorted(ids, key=lambda model: model not in (ActivityText, Activity, ResponseChange, Decision))
        for model in order:
            rows = model._base_manager.filter(pk__in=ids[model])
            rows._raw_delete(rows.db)
        for counts in COUNTS:
            tallies = counts._base_manager.filter(survey__in=sample.survey_ids)
            tallies._raw_delete(tallies.db)
        Sample.objects.all().delete()
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("SELECT set_config(%s, '', true)", [REMOVING])
