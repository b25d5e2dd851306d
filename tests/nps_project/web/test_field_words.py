"""What a form says beside a field whose value cannot be used."""

from typing import Any

import pytest
from django.utils.translation import override

from followup.insights.silence.forms import DrawForm
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("number", "0", "Allowed: 1 or more."),
        ("number", "2001", "Allowed: at most 2000."),
        ("number", "many", "Allowed: a whole number."),
        ("percent", "a tenth", "Allowed: a number."),
        ("percent", "1.234", "Allowed: at most 2 digits after the decimal point."),
        ("name", "n" * 201, "Allowed: at most 200 characters; these are 201."),
    ],
)
def test_it_says_what_is_allowed(field: str, value: str, words: str) -> None:
    form: Any = DrawForm({field: value}, user=make_user("mia", "manager"))
    with override("en"):
        assert form.errors[field] == [words]


def test_in_the_reader_s_language() -> None:
    form = DrawForm({"number": "0"}, user=make_user("mia", "manager"))
    with override("nl"):
        assert form.errors["number"] == ["Toegestaan: 1 of meer."]
