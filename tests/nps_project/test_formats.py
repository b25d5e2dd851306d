"""Days and times read as people write them in their language."""

import re
from datetime import UTC, datetime
from importlib import import_module

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format

from tests.product import CHECKOUT

AT = datetime(2026, 11, 27, 9, 5, tzinfo=UTC)


def names_of(language: str) -> set[str]:
    return {name for name in vars(import_module(f"nps_project.formats.{language}.formats")) if name.isupper()}


def test_each_language_has_each_name_that_a_template_gives() -> None:
    texts = [path.read_text() for path in (CHECKOUT / "templates").rglob("*") if path.is_file()]
    given = {name for text in texts for name in re.findall(r"\|date:[\"']([A-Z_]{3,})[\"']", text)}
    assert len(given) > 5
    for language, _name in settings.LANGUAGES:
        assert names_of(language) == names_of("en") >= given


@pytest.mark.parametrize(
    ("language", "day", "moment", "full"),
    [
        ("en", "27 Nov 2026", "Fri 27 Nov 2026 09:05", "Friday 27 November"),
        ("nl", "27 nov. 2026", "vr 27 nov. 2026 09:05", "vrijdag 27 november"),
        ("da", "27. nov. 2026", "fre 27. nov. 2026 kl. 09.05", "fredag 27. november"),
    ],
)
def test_a_day_and_a_moment(language: str, day: str, moment: str, full: str) -> None:
    with translation.override(language):
        assert (date_format(AT, "DAY"), date_format(AT, "WEEKDAY_MOMENT")) == (day, moment)
        assert date_format(AT, "FULL_WEEKDAY_OF_YEAR") == full
        assert full.endswith(date_format(AT, "FULL_DAY_OF_YEAR"))
