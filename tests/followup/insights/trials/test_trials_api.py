"""Trials for programs and as a table: nothing of what came out is told before the end."""

import pytest

from followup.playbooks.trials.models import Trial
from tests.api_client import Program
from tests.factories import client_of, make_survey, make_user
from tests.followup.playbooks.trials.making import run_trial

pytestmark = pytest.mark.django_db
COUNTS = {"a": {"n": 40, "answered": 20, "recovered": 8}, "b": {"n": 40, "answered": 24, "recovered": 20}}


def table() -> list[dict[str, str]]:
    answer = client_of(make_user("reader", "admin")).get("/insights/trials/trials.csv")
    head, *rows = str(answer.getvalue().decode("utf-8-sig")).strip().splitlines()
    return [dict(zip(head.split(","), row.split(","), strict=True)) for row in rows]


def test_a_trial_that_draws_has_its_plan_and_no_result() -> None:
    trial = run_trial(make_survey())
    [row] = Program("read").get("trials/")["results"]
    assert (row["id"], row["state"], row["result"], row["per_arm"]) == (trial.pk, "drawing", None, trial.per_arm)
    assert Program("read").get(f"trials/{trial.pk}/")["scores"] == trial.scores
    [line] = table()
    assert (line["state"], line["p"], line["a_n"]) == ("drawing", "", "")


def test_a_trial_that_is_over_says_what_came_out() -> None:
    trial = run_trial(make_survey())
    at = trial.started_at
    Trial.objects.update(state="ended", drawn_until=at, counts_until=at, ended_at=at, result=COUNTS)
    found = Program("read").get(f"trials/{trial.pk}/")["result"]
    assert found["verdict"] == "better"
    assert found["difference"] == pytest.approx(0.3)
    assert (found["a"]["share"], found["b"]["share"]) == (0.2, 0.5)
    [line] = table()
    assert (line["verdict"], line["b_recovered"]) == ("better", "20")
    assert float(line["p"]) == pytest.approx(found["p"])


def test_trials_are_of_all_teams_and_so_no_key_of_one_survey_sees_them() -> None:
    trial = run_trial(make_survey())
    program = Program("admin", survey=make_survey("other"))
    assert program.get("trials/")["results"] == []
    program.get(f"trials/{trial.pk}/", 404)
