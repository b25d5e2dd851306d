"""Full-text search: the vectors that the database stores of names and texts, and the queries that match them.

Vectors and queries fold letters, apostrophes and phone numbers in the same way. Models, and the search of followup,
build their columns and filters with these functions.
"""

import re
import unicodedata
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import connection
from django.db.models import Case, F, Func, Q, TextField, Value, When
from django.db.models.expressions import Combinable, RawSQL
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce, Lower, Reverse
from django.db.models.sql import Query

from surveys.languages import TEXT_SEARCH_CONFIGS

_ACCENTS = "[\u0300-\u036f]"  # what NFKD takes off a letter
_ALIKE = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", **dict.fromkeys("‘’ʼ`´", "'")}
_TWO = {"æ": "ae", "œ": "oe", "ß": "ss", "þ": "th"}
_APART = "[]!-/:-@[\\\\^_`{|}~–—…“”„«»·]+"  # these characters divide names and addresses into words
_ENDS = 8  # the last digits that identify a phone number: a country code or a zero may stand before them, or not
_SHORTEST_END = 4
MOST_WORDS = 8
_NUMBER = re.compile(r"[+(]?[\d\s().\-/]*\d")


def fold(text: str) -> str:
    """The text in the form that is compared: lower case, without accents, with one kind of apostrophe."""
    bare = text.lower()
    for letter, others in {**_ALIKE, **_TWO}.items():
        bare = bare.replace(letter, others)
    return re.sub(_ACCENTS, "", unicodedata.normalize("NFKD", bare))


def _folded(expression: Combinable | str) -> Combinable:
    """`fold` as a database expression. It is immutable, so generated columns and indexes can use it."""
    pairs = "".join(_ALIKE), "".join(_ALIKE.values())
    bare: Combinable = Func(Lower(expression), *map(Value, pairs), function="translate", output_field=TextField())
    for letter, two in _TWO.items():
        bare = Func(bare, Value(letter), Value(two), function="replace", output_field=TextField())
    bare = Func(bare, template="normalize(%(expressions)s, NFKD)", output_field=TextField())
    return _without(bare, _ACCENTS, "")


def folded_sql(column: str) -> tuple[str, list[Any]]:
    """`fold` of a column as SQL with its values, for a statement that is written by hand."""
    query = Query(None)
    expression: Any = _folded(RawSQL(column, ()))  # noqa: S611  (a column that the code names)
    sql, values = query.get_compiler(connection=connection).compile(expression.resolve_expression(query))
    return sql, list(values)


def _without(expression: Combinable | str, pattern: str, instead: str) -> Func:
    return Func(
        expression, Value(pattern), Value(instead), Value("g"), function="regexp_replace", output_field=TextField()
    )


def _joined(*parts: Combinable) -> Combinable:
    """The parts joined by spaces; null counts as an empty text."""
    filled: list[Func] = [Coalesce(part, Value(""), output_field=TextField()) for part in parts]
    whole = filled[0]
    for part in filled[1:]:
        both = {"arg_joiner": " || ' ' || ", "template": "(%(expressions)s)"}
        whole = Func(whole, part, output_field=TextField(), **both)
    return whole


def name_vector(*fields: str, phone: str, **traits: str) -> SearchVector:
    """The search vector of names, addresses and numbers: unstemmed words, and the phone number's digits reversed.

    `traits` maps a JSON field to the key in it whose text is a name as well.
    """
    names = [F(field) for field in fields] + [KeyTextTransform(name, field) for field, name in traits.items()]
    words = _without(_folded(_joined(*names)), _APART, " ")
    digits = Reverse(_without(phone, "[^0-9]", ""))
    number = Case(
        When(~Q(**{phone: ""}), then=_joined(Value(" r"), digits)), default=Value(""), output_field=TextField()
    )
    return SearchVector(_joined(words, _without(number, " ", "")), config="simple")


def word_vector(field: str) -> SearchVector:
    """The search vector of one name: unstemmed words, for `name_query`."""
    return SearchVector(_without(_folded(_joined(F(field))), _APART, " "), config="simple")


def name_query(words: str) -> SearchQuery | None:
    """The query for a `name_vector` with words that begin with these, or with this phone number; None without words."""
    parts = re.findall(r"[^\W_]+", fold(words))[:MOST_WORDS]
    if not parts:
        return None
    query = " & ".join(f"'{part}':*" for part in parts)
    digits = re.sub(r"[^0-9]", "", fold(words))
    if _NUMBER.fullmatch(words.strip()) and len(digits) >= _SHORTEST_END:
        query = f"{query} | 'r{digits[::-1][:_ENDS]}':*"
    return SearchQuery(query, config="simple", search_type="raw")


def text_vector(field: str) -> Case:
    """The search vector of a text field, stemmed in the row's language."""
    vectors = (
        When(language=language, then=SearchVector(_folded(field), config=config))
        for language, config in TEXT_SEARCH_CONFIGS.items()
    )
    return Case(*vectors, default=SearchVector(_folded(field), config="simple"))


def websearch_text(words: str) -> str:
    """The typed search, safe for websearch_to_tsquery: each - takes a level of the parser's stack, which is small."""
    return re.sub(r"-(?=[\s-]|$)", " ", fold(words).replace("\0", " "))


def text_matches(column: str, words: str) -> Q:
    """The filter for rows whose `text_vector` column matches the words, stemmed in each row's language.

    Quotes, `or` and - before a word work as in web search engines.
    """
    found, asked = Q(), websearch_text(words)
    for language, config in TEXT_SEARCH_CONFIGS.items():
        query = SearchQuery(asked, config=config, search_type="websearch")
        found |= Q(("language", language), (column, query))
    return found


def ticket_number(words: str) -> int | None:
    """The ticket number in `#123` or `123`; None when the text is no such number."""
    number = words.strip().removeprefix("#")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 19 else None
