"""Several questions to the database in one statement: a page that asks for ten figures waits once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class Question:
    """A subquery that gives one value, and its parameters. `otherwise`: what it gives when no row can match."""

    sql: str
    given: tuple[Any, ...]
    otherwise: Any


def number_of(rows: QuerySet[Any], most: int | None = None) -> Question:
    """The number of rows; at most `most`, where the database stops."""
    asked = rows.order_by().values("pk")
    return _question("(SELECT count(*) FROM ({}) AS found)", asked if most is None else asked[:most], 0)


def list_of(rows: QuerySet[Any, Any]) -> Question:
    """The rows of a `values` query as a list of dicts, with JSON's types."""
    return _question("(SELECT coalesce(json_agg(found), '[]') FROM ({}) AS found)", rows, [])


def first_of(*rows: QuerySet[Any, Any]) -> Question:
    """The first value of the first of these one-column queries that gives any; None without one."""
    parts = [part for query in rows if (part := _question("({})", query[:1], None)).sql]
    given = tuple(value for part in parts for value in part.given)
    return Question(f"coalesce({', '.join(part.sql for part in parts)})" if parts else "", given, None)


def _question(sql: str, rows: QuerySet[Any, Any], otherwise: Any) -> Question:
    try:
        compiled, given = rows.query.sql_with_params()
    except EmptyResultSet:
        return Question("", (), otherwise)
    return Question(sql.format(compiled), given, otherwise)


def ask(questions: Mapping[str, Question]) -> dict[str, Any]:
    """The answers by the questions' names; one query."""
    answers = {name: question.otherwise for name, question in questions.items()}
    asked = {name: question for name, question in questions.items() if question.sql}
    if asked:
        with connection.cursor() as cursor:
            given = [value for question in asked.values() for value in question.given]
            cursor.execute(f"SELECT {', '.join(question.sql for question in asked.values())}", given)
            answers |= dict(zip(asked, cursor.fetchone(), strict=True))
    return answers
