"""The sentences in which customers of a group use a term, each with its answer or ticket."""

from dataclasses import dataclass

from django.db.models import F

from followup.insights.words.counting import Scope
from followup.insights.words.models import CommentTerms
from followup.insights.words.text.splitting import Sentence
from followup.insights.words.text.terms import Term, places_of
from followup.models import Ticket
from nps_project.accounts.models import User
from surveys.models import Response

MOST_SHOWN = 40
_AROUND = 240  # characters of a sentence that are shown before the first place, and after the last


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence in pieces, each with whether it is the term; `ticket_id` is None where there is none to see."""

    answer: Response
    ticket_id: int | None
    pieces: list[tuple[str, bool]]


def lines_of(user: User, scope: Scope, language: str, group: str, key: str) -> list[Line]:
    """The newest MOST_SHOWN answers of the group that use the term, with the first sentence of each. Two queries."""
    newest = scope.newest(language, group).values("pk", "terms")
    rows = CommentTerms.objects.filter(pk__in=newest.values("pk"), terms__contains=[key])
    found = rows.order_by("-answered_at", "-response").values(answer=F("response"))[:MOST_SHOWN]
    ids = [row["answer"] for row in found]
    answers = Response.objects.select_related("survey", "contact").defer("search_vector").in_bulk(ids)
    tickets = dict(Ticket.objects.visible_to(user).filter(response__in=ids).values_list("response", "pk"))
    lines = []
    for answer in (answers[pk] for pk in ids if pk in answers):
        place = next(places_of(answer.comment, language, key), None)
        if place is not None:
            lines.append(Line(answer, tickets.get(answer.pk), pieces_of(answer.comment, *place)))
    return lines


def pieces_of(comment: str, sentence: Sentence, places: list[Term]) -> list[tuple[str, bool]]:
    """The sentence cut at the places of the term; what is far from them is left out."""
    begin = max(sentence.begin, places[0].begin - _AROUND)
    end = min(sentence.end, places[-1].end + _AROUND)
    pieces = [("… ", False)] if begin > sentence.begin else []
    for place in places:
        if place.begin >= begin:
            pieces += [(comment[begin : place.begin], False), (comment[place.begin : place.end], True)]
            begin = place.end
    pieces.append((comment[begin:end] + (" …" if end < sentence.end else ""), False))
    return [(text, is_term) for text, is_term in pieces if text]
