"""Exports answers as a table whose heads are the API's field names, with whether each counts, and why one waits."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Prefetch
from django.http import HttpResponseBase
from django.views.decorators.http import require_safe

from followup.desk.answers.forms import AnswerFilterForm
from nps_project.accounts.permissions import StaffRequest, viewer_required
from nps_project.common.dates import in_company_zone
from nps_project.downloads import download, refused
from surveys.models import Answer, Question, Response, ResponseState, Survey
from surveys.models.response import ResponseQuerySet
from surveys.services.answer_filter import filtered

CHUNK = 500
MOST_QUESTIONS = 200  # columns of extra questions
FIELDS = (
    "id", "survey", "score", "group", "comment", "counts", "state", "doubtful", "doubted_because", "contact", "name",
    "email", "phone", "company", "language", "channel", "answered_at", "changed_at", "confirmed_at",
)  # fmt: skip


@viewer_required
@require_safe
def export(request: StaffRequest, kind: str) -> HttpResponseBase:
    """The table of the answers at this address, oldest first, whether they count or not. `kind`: csv or xlsx."""
    surveys = Survey.objects.visible_to(request.user)
    form = AnswerFilterForm(request.GET, surveys=surveys)
    if faults := form.faults():
        return refused(*faults)
    chosen = form.chosen()
    answers = filtered(Response.objects.visible_to(request.user), chosen, most=None)
    questions = Question.objects.filter(survey__in=surveys)
    if "survey" in chosen:
        questions = questions.filter(survey__slug=chosen["survey"])
    names = {question.pk: f"{question.survey.slug}: {question}" for question in
             questions.select_related("survey").order_by("survey", "position", "pk")[:MOST_QUESTIONS]}  # fmt: skip
    about = "filters " + (" ".join(sorted(chosen)) or "none")
    return download(request, _pages(answers, names), kind=kind, name="answers", about=about)


def _pages(answers: ResponseQuerySet, questions: dict[int, str]) -> Iterator[list[list[object]]]:
    """The head, then pages by id, so that no row comes twice or is left out; each in three queries."""
    yield [[*FIELDS, *questions.values()]]
    extra = Prefetch("answers", Answer.objects.only("response", "question", "value"))
    rows = answers.select_related("contact", "survey").prefetch_related(extra).order_by("pk")
    rows = rows.defer("search_vector", "contact__search_vector")
    last = 0
    while page := list(rows.filter(pk__gt=last)[:CHUNK]):
        last = page[-1].pk
        yield [_cells(answer, questions) for answer in page]


def _cells(answer: Response, questions: dict[int, str]) -> list[object]:
    given = {one.question_id: one.value for one in answer.answers.all()}
    moments = (answer.answered_at, answer.changed_at, answer.confirmed_at)
    evidence: Any = answer.evidence or {}
    return [
        answer.pk, answer.survey.slug, answer.score, answer.group, answer.comment,
        _yes_or_no(answer.state == ResponseState.CONFIRMED), answer.state, _yes_or_no(answer.is_doubtful),
        evidence.get("why", ""), answer.contact_id or "", answer.reach_name, answer.reach_email, answer.reach_phone,
        answer.contact.company_name if answer.contact else "", answer.language, answer.channel,
        *(in_company_zone(moment) for moment in moments),
        *(given.get(question, "") for question in questions),
    ]  # fmt: skip


def _yes_or_no(is_so: bool) -> str:
    return "true" if is_so else "false"
