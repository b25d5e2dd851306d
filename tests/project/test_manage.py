"""Commands on a database that is gone, or not made yet: one line that says what to do."""

import pytest

import manage
from tests.databases import connected_to, empty_database

pytestmark = pytest.mark.django_db(transaction=True)


def test_without_tables_a_command_names_the_one_that_comes_first() -> None:
    wanted = r"^winback: \d+ migrations are not applied yet\. Run manage\.py migrate"
    with empty_database("without_tables") as name, connected_to(name), pytest.raises(SystemExit, match=wanted):
        manage.main(["manage.py", "check_tallies"])


def test_without_a_database_a_command_says_where_to_look() -> None:
    wanted = "^winback: the database cannot be reached. "
    with connected_to("nowhere", PORT="1"), pytest.raises(SystemExit, match=wanted):
        manage.main(["manage.py", "check_tallies"])
