"""The line above the queue that says how many customers wait for a call."""

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import ngettext

from followup.desk.queue.signs import Sign
from followup.insights.silence.models import Call, CallList, CallListState, CallState
from followup.presentation.wording import count_words
from nps_project.accounts.models import Role, User
from nps_project.common.paging import COUNT_LIMIT
from nps_project.common.together import Question, number_of


def question(user: User) -> Question:
    """How many silent customers this person may call now, at most COUNT_LIMIT + 1."""
    if not user.is_at_least(Role.AGENT):
        return number_of(Call.objects.none())
    lists = CallList.objects.visible_to(user).filter(state=CallListState.RUNNING)
    waiting = Call.objects.filter(Q(not_before=None) | Q(not_before__lte=timezone.now()), state=CallState.WAITING)
    return number_of(waiting.filter(call_list__in=lists), COUNT_LIMIT + 1)


def words(n: int) -> str:
    """The line."""
    return ngettext(
        "%(n)s customer who did not answer a survey is to be called.",
        "%(n)s customers who did not answer a survey are to be called.", n,
    ) % {"n": count_words(n, COUNT_LIMIT)}  # fmt: skip


SIGN = Sign("calls", question, words, "/insights/silence/calls/")
