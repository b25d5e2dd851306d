"""Read comments in the background: their language and their terms."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet

from followup.insights.words.models import CommentTerms, Progress, ToRead
from followup.insights.words.text.language import recognise
from followup.insights.words.text.terms import terms_of
from nps_project.background import sweep
from nps_project.background.sweep import Sweep
from surveys.models import Response

Reader = Callable[[Sequence[CommentTerms]], None]
_READERS: list[Reader] = []
MOST_NOTED = 20_000  # by one look
MOST_UNREAD = 1_000  # that are counted
SETTLED = timedelta(minutes=10)  # after which no answer appears any more below one that is there
_FIELDS = (
    "survey", "group", "score", "comment", "language", "answered_at", "contact__name", "contact__email",
    "contact_name", "contact_email",
)  # fmt: skip
_NAME = re.compile(r"[^\W\d_]+")


def then(reader: Reader) -> None:
    """Call `reader` with the comments that were read, in their transaction; an app's ready() calls it."""
    _READERS.append(reader)


def _fresh() -> QuerySet[Response]:
    """Answers with a comment that nobody has read, from where the last look ended, in their order."""
    rows = Response.objects.filter(pk__gt=_last_id(), comment__gt="")
    return rows.filter(~Exists(CommentTerms.objects.filter(response=OuterRef("pk")))).order_by("pk")


def note_fresh(at: datetime) -> None:
    """Write down which comments came, at most MOST_NOTED, and how far was looked.

    An answer gets its id before it is there to be seen, so the youngest are looked at again.
    """
    ids = list(_fresh().values_list("pk", flat=True)[:MOST_NOTED])
    ToRead.objects.bulk_create([ToRead(response_id=pk) for pk in ids], ignore_conflicts=True)
    old = Response.objects.filter(pk__gt=_last_id(), recorded_at__lte=at - SETTLED)
    if len(ids) == MOST_NOTED:
        old = old.filter(pk=ids[-1])
    last = old.aggregate(last=Max("pk"))["last"]
    if last is not None:
        Progress.objects.update_or_create(pk=1, defaults={"last_id": last})


def _last_id() -> int:
    return Progress.objects.values_list("last_id", flat=True).first() or 0


def _due(at: datetime) -> QuerySet[ToRead]:
    return ToRead.objects.order_by("pk")


def _read_many(response_ids: Sequence[int], at: datetime) -> Sequence[int]:
    """Read these comments as they are now; without one nothing is kept of it. Returns: the ids that are left, none.

    The note goes first: whoever changes a comment meanwhile waits for this transaction, and notes it again.
    """
    ToRead.objects.filter(pk__in=response_ids).delete()
    CommentTerms.objects.filter(pk__in=response_ids).delete()
    rows = _read(Response.objects.filter(pk__in=response_ids, comment__gt=""))
    CommentTerms.objects.bulk_create(rows)
    for reader in _READERS:
        reader(rows)
    return ()


@transaction.atomic
def _read_one(response_id: int, at: datetime) -> bool:
    _read_many([response_id], at)
    return True


READ = sweep.add(Sweep("words.read", _due, _read_one, together=_read_many))


def read_new(at: datetime) -> int:
    """Read what came and what changed. Returns: how many comments."""
    note_fresh(at)
    return sweep.run(READ, at)


def unread() -> int:
    """How many comments wait to be read; at most MOST_UNREAD."""
    noted = ToRead.objects.values("pk")[:MOST_UNREAD]
    return min(MOST_UNREAD, noted.count() + _fresh().exclude(pk__in=ToRead.objects.values("pk"))[:MOST_UNREAD].count())


def _read(answers: QuerySet[Response]) -> list[CommentTerms]:
    rows = []
    for answer in answers.select_related("contact").only(*_FIELDS):
        language = recognise(answer.comment, answer.language)
        terms = terms_of(answer.comment, language, _names(answer))
        rows.append(
            CommentTerms(
                response_id=answer.pk, survey_id=answer.survey_id, group=answer.group, answered_at=answer.answered_at,
                customer=answer.contact_id or -answer.pk, language=language, terms=list(terms),
                surfaces=list(terms.values()),
            )
        )  # fmt: skip
    return rows


def _names(answer: Response) -> set[str]:
    """The words of the customer's own names and addresses, in lower case."""
    contact = answer.contact
    written = [answer.contact_name, answer.contact_email, *([contact.name, contact.email or ""] if contact else [])]
    return set(_words(written))


def _words(texts: Iterable[str]) -> Iterable[str]:
    return (word.lower() for text in texts for word in _NAME.findall(text))
