"""A restored backup brings nobody back whom the replaced database knew to be erased."""

from pathlib import Path

import pytest

from tests.databases import ask, empty_database
from tests.factories import make_answer, make_contact, make_survey
from tests.nps_project.operations.test_backup import manage


@pytest.mark.django_db(transaction=True)
def test_a_restore_repeats_the_erasures_of_the_database_that_it_replaces(tmp_path: Path) -> None:
    make_answer(make_survey(), 2, "Zarathustra was here", contact=make_contact(1, name="Zarathustra Q"))
    make_contact(2, name="Somebody Else")
    file, home = tmp_path / "winback.tar", tmp_path / "home"
    with empty_database("erased") as other:
        for words in (
            ("restore", str(file)), ("erase_customer", "customer1@example.com", "--yes"),
            ("restore", str(file), "--replace"),
        ):  # fmt: skip
            if not file.exists():
                made = manage("backup", str(file), var_dir=home)
                assert made.returncode == 0, made.stderr
            done = manage(*words, var_dir=home, into=other)
            assert done.returncode == 0, done.stderr
        names = "SELECT string_agg(name || '/' || (erased_at IS NULL)::text, ' ' ORDER BY id) FROM surveys_contact"
        assert ask(other, names) == "/false Somebody Else/true"
        assert ask(other, "SELECT string_agg(comment, '') FROM surveys_response") == ""
        assert ask(other, "SELECT count(*) FROM privacy_erasure") == 1
