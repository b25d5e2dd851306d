"""A restored backup brings nobody back whom the replaced database knew to be erased."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tests.databases import ask, connected_to, empty_database
from tests.factories import make_answer, make_contact, make_survey


def command(*words: str) -> None:
    """In this process, against the database that it is connected to. Raises: CommandError."""
    call_command(*words, stdout=StringIO(), stderr=StringIO())


@pytest.mark.django_db(transaction=True)
def test_a_restore_repeats_the_erasures_of_the_database_that_it_replaces(tmp_path: Path, settings: Any) -> None:
    settings.VAR_DIR, settings.MEDIA_ROOT = tmp_path / "home", tmp_path / "home" / "media"
    make_answer(make_survey(), 2, "Zarathustra was here", contact=make_contact(1, name="Zarathustra Q"))
    make_contact(2, name="Somebody Else")
    file = tmp_path / "winback.tar"
    command("backup", str(file))
    with empty_database("erased") as other:
        with connected_to(other):
            command("restore", str(file))
            command("erase_customer", "customer1@example.com", "--yes")
            command("restore", str(file), "--replace")
        names = "SELECT string_agg(name || '/' || (erased_at IS NULL)::text, ' ' ORDER BY id) FROM surveys_contact"
        assert ask(other, names) == "/false Somebody Else/true"
        assert ask(other, "SELECT string_agg(comment, '') FROM surveys_response") == ""
        assert ask(other, "SELECT count(*) FROM privacy_erasure") == 1
