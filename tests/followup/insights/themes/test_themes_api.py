"""What was learnt of each cause, and where people chose otherwise, for programs and as tables."""

from typing import Any

import pytest

from nps_project.accounts.models import Team
from tests.api_client import Program
from tests.factories import client_of, make_survey, make_ticket, make_user
from tests.followup.insights.themes.making import make_theme

pytestmark = pytest.mark.django_db


def learnt() -> tuple[Any, Any]:
    """A ticket that waits, and a resolved one on which people chose another cause."""
    from followup.models import RootCause
    from followup.tickets import actions

    survey = make_survey()
    waiting, resolved = make_ticket(survey, 2, "Too late"), make_ticket(survey, 3, "Too late again")
    chosen = RootCause.objects.filter(is_active=True)[2]
    actions.resolve(
        ticket_id=resolved.pk, by=make_user("bea"), outcome="kept", root_cause=chosen, note="Done."
    )  # fmt: skip
    make_theme(waiting, resolved)
    return resolved, chosen


def rows_of(path: str, role: str = "admin", **fields: Any) -> list[str]:
    answer = client_of(make_user(f"{role}-reader", role, **fields)).get(path)
    assert answer.status_code == 200
    return str(answer.getvalue().decode("utf-8-sig")).strip().splitlines()


def test_each_cause_has_what_the_page_shows_and_a_silent_one_no_figures() -> None:
    learnt()
    found = Program("read").get("stats/themes/")
    assert (found["precision"], len(found["results"])) == (70, 1)
    sure, silent = found["results"][0]["causes"]
    assert (sure["n"], sure["right"]["n"], sure["right"]["of"], sure["words"]) == (50, 34, 40, ["too late", "driver"])
    assert sure["found"] == pytest.approx(34 / 50)
    assert (silent["right"], silent["found"], silent["words"]) == (None, None, ["invoice"])
    head, *rows = rows_of("/insights/themes/themes.csv")
    assert head.startswith("language,root_cause,n,suggested,right")
    assert [row.split(",")[2:5] for row in rows] == [["50", "40", "34"], ["40", "", ""]]


def test_what_is_learnt_of_all_is_not_told_to_who_sees_some() -> None:
    resolved, _chosen = learnt()
    assert Program("read", survey=resolved.survey).get("stats/themes/")["results"] == []
    Team.objects.create(name="North").members.add(make_user("viewer-reader", "viewer", all_teams=False))
    assert len(rows_of_reader("viewer-reader", "/insights/themes/themes.csv")) == 1


def rows_of_reader(name: str, path: str) -> list[str]:
    from nps_project.accounts.models import User

    answer = client_of(User.objects.get(email=f"{name}@example.com")).get(path)
    return str(answer.getvalue().decode("utf-8-sig")).strip().splitlines()


def test_where_people_chose_otherwise_is_listed_for_programs_and_as_a_table() -> None:
    resolved, chosen = learnt()
    [row] = Program("read").get("stats/themes/chosen-otherwise/")["results"]
    assert (row["ticket"], row["chosen"], row["confidence"]) == (resolved.pk, chosen.slug, 91)
    assert row["suggested"] != chosen.slug
    _head, line = rows_of("/insights/themes/chosen-otherwise.csv")
    assert line.startswith(f"{resolved.pk},{resolved.survey.slug},3,{chosen.slug},{row['suggested']},91,")
    assert Program("read", survey=make_survey("other")).get("stats/themes/chosen-otherwise/")["results"] == []
