"""Words that are searched for: one way to write letters, apostrophes and numbers, in the database and in a question."""

import re
import unicodedata

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Case, F, Func, Q, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce, Lower, Reverse

from surveys.languages import TEXT_SEARCH_CONFIGS

_ACCENTS = "[\u0300-\u036f]"  # what NFKD takes off a letter
_ALIKE = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", **dict.fromkeys("‘’ʼ`´", "'")}
_TWO = {"æ": "ae", "œ": "oe", "ß": "ss", "þ": "th"}
_APART = "[]!-/:-@[\\\\^_`{|}~–—…“”„«»·]+"  # what divides names and addresses into words
_ENDS = 8  # digits from the end that say whose number it is: before them a country or a zero is written, or not
_SHORTEST_END = 4
MOST_WORDS = 8
_NUMBER = re.compile(r"[+(]?[\d\s().\-/]*\d")


def fold(text: str) -> str:
    """A text as it is compared: small letters without accents, one kind of apostrophe."""
    bare = text.lower()
    for letter, others in {**_ALIKE, **_TWO}.items():
        bare = bare.replace(letter, others)
    return re.sub(_ACCENTS, "", unicodedata.normalize("NFKD", bare))


def _folded(expression: Combinable | str) -> Combinable:
    """`fold` by the database; immutable, so that columns and indexes can be made of it."""
    pairs = "".join(_ALIKE), "".join(_ALIKE.values())
    bare: Combinable = Func(Lower(expression), *map(Value, pairs), function="translate", output_field=TextField())
    for letter, two in _TWO.items():
        bare = Func(bare, Value(letter), Value(two), function="replace", output_field=TextField())
    bare = Func(bare, template="normalize(%(expressions)s, NFKD)", output_field=TextField())
    return _without(bare, _ACCENTS, "")


def _without(expression: Combinable | str, pattern: str, instead: str) -> Func:
    return Func(
        expression, Value(pattern), Value(instead), Value("g"), function="regexp_replace", output_field=TextField()
    )


def _joined(*parts: Combinable) -> Combinable:
    """With spaces between; what is null is empty."""
    filled: list[Func] = [Coalesce(part, Value(""), output_field=TextField()) for part in parts]
    whole = filled[0]
    for part in filled[1:]:
        both = {"arg_joiner": " || ' ' || ", "template": "(%(expressions)s)"}
        whole = Func(whole, part, output_field=TextField(), **both)
    return whole


def name_vector(*fields: str, phone: str, **traits: str) -> SearchVector:
    """Names, addresses and numbers in their words, never stemmed; and the digits of a phone number from the end.

    `traits`: a JSON field, and which of its texts is a name, too.
    """
    names = [F(field) for field in fields] + [KeyTextTransform(name, field) for field, name in traits.items()]
    words = _without(_folded(_joined(*names)), _APART, " ")
    digits = Reverse(_without(phone, "[^0-9]", ""))
    number = Case(
        When(~Q(**{phone: ""}), then=_joined(Value(" r"), digits)), default=Value(""), output_field=TextField()
    )
    return SearchVector(_joined(words, _without(number, " ", "")), config="simple")


def name_query(words: str) -> SearchQuery | None:
    """Finds in a `name_vector` what has each of the words, or its beginning, or the phone number; None without any."""
    parts = re.findall(r"[^\W_]+", fold(words))[:MOST_WORDS]
    if not parts:
        return None
    query = " & ".join(f"'{part}':*" for part in parts)
    digits = re.sub(r"[^0-9]", "", fold(words))
    if _NUMBER.fullmatch(words.strip()) and len(digits) >= _SHORTEST_END:
        query = f"{query} | 'r{digits[::-1][:_ENDS]}':*"
    return SearchQuery(query, config="simple", search_type="raw")


def text_vector(field: str) -> Case:
    """What is written in a field, in the stemming of the row's language."""
    vectors = (
        When(language=language, then=SearchVector(_folded(field), config=config))
        for language, config in TEXT_SEARCH_CONFIGS.items()
    )
    return Case(*vectors, default=SearchVector(_folded(field), config="simple"))


def plain(words: str) -> str:
    """A question as the server's web search takes it: each - is a level of its stack, which is small."""
    return re.sub(r"-(?=[\s-]|$)", " ", fold(words).replace("\0", " "))


def said(column: str, words: str) -> Q:
    """Texts of a `text_vector` with these words, each in the stemming of its own language.

    Quotes, `or` and - before a word mean what they mean in search engines.
    """
    found, asked = Q(), plain(words)
    for language, config in TEXT_SEARCH_CONFIGS.items():
        query = SearchQuery(asked, config=config, search_type="websearch")
        found |= Q(("language", language), (column, query))
    return found


def ticket_number(words: str) -> int | None:
    """The number that `#123`, or 123 alone, may be of a ticket."""
    number = words.strip().removeprefix("#")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 19 else None
