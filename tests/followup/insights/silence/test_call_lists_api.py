"""Call lists for programs: drawn, taken, and what came of each call."""

from typing import Any

import pytest
import time_machine

from followup.insights.silence.models import Call, CallList
from surveys.models import Contact, Response, Survey
from tests.api_client import Program
from tests.factories import make_survey
from tests.followup.insights.silence.cases import NOW, ask, make_campaign

pytestmark = pytest.mark.django_db
DAYS = {"from": "2026-10-01", "to": "2026-11-20"}


@pytest.fixture
def survey() -> Survey:
    return make_survey()


@pytest.fixture(autouse=True)
def now() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def test_a_list_is_drawn_called_and_says_what_came_of_it(survey: Survey) -> None:
    ask(survey, [9, 3, None, None, None])
    drawn = Program("admin").post("call-lists/", {"name": "The silent", "survey": survey.slug, "number": 3, **DAYS})
    assert (drawn["asked"], drawn["silent"], drawn["drawn"], drawn["open"]) == (5, 3, 3, 3)
    agent = Program("write")
    take = f"call-lists/{drawn['id']}/next/"

    call = agent.post(take, {}, status=200)
    assert call["state"] == "claimed"
    assert agent.user
    assert call["caller"] == agent.user.pk
    assert agent.post(take, {}, status=200)["id"] == call["id"], "who has one gets the same"
    said = agent.post(f"calls/{call['id']}/answer/", {"score": 4, "comment": "Nobody asked me"}, status=200)
    answer = Response.objects.get(pk=said["response"])
    assert (said["state"], answer.score, answer.channel) == ("answered", 4, "phone")
    again = agent.post(f"calls/{call['id']}/answer/", {"score": 9}, status=409)
    assert again["code"] == "wrong_state"

    call = agent.post(take, {}, status=200)
    agent.post(f"calls/{call['id']}/refused/", {"leave_alone": True}, status=200)
    assert Contact.objects.get(pk=call["contact"]).do_not_contact
    call = agent.post(take, {}, status=200)
    waits = agent.post(f"calls/{call['id']}/not-reached/", {}, status=200)
    assert (waits["state"], waits["tries"]) == ("waiting", 1)
    assert agent.call("POST", take, {}).status_code == 204, "nobody can be called for four hours"

    shown = agent.get(f"call-lists/{drawn['id']}/")
    assert (shown["said"], shown["not_reached"], shown["state"]) == (1, 2, "running")
    assert [row["state"] for row in agent.every(f"calls/?call_list={drawn['id']}&state=refused")] == ["refused"]


def test_of_a_campaign_a_share_is_drawn_and_the_list_can_be_stopped(survey: Survey) -> None:
    campaign = make_campaign(survey)
    ask(survey, [None] * 4, campaign)
    admin = Program("admin")
    drawn = admin.post("call-lists/", {"name": "Autumn", "campaign": campaign.pk, "share": 0.5, **DAYS})
    assert (drawn["drawn"], drawn["survey"]) == (2, survey.slug)
    assert admin.post(f"call-lists/{drawn['id']}/stop/", {}, status=200)["state"] == "stopped"
    assert Program("write").post(f"call-lists/{drawn['id']}/next/", {}, status=409)["code"] == "wrong_state"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"number": 3}, "survey"),
        ({"survey": "autumn"}, "number"),
        ({"survey": "autumn", "number": 3, "share": 0.1}, "number"),
        ({"survey": "autumn", "share": 0}, "number"),
        ({"survey": "autumn", "number": 3, "to": "2026-09-01"}, "to"),
        ({"survey": "nowhere", "number": 3}, "survey"),
    ],
)
def test_a_bad_body_is_named(survey: Survey, body: dict[str, Any], field: str) -> None:
    told = Program("admin").post("call-lists/", {"name": "x", **DAYS, **body}, status=422)
    assert [error["field"] for error in told["errors"]] == [field]


def test_a_key_of_another_survey_sees_none_of_it(survey: Survey) -> None:
    row = CallList.objects.create(name="The silent", survey=survey)
    call = Call.objects.create(call_list=row, contact=ask(survey, [None])[0], place=1)
    other = Program("write", make_survey("winter"))
    assert other.get("call-lists/")["results"] == other.get("calls/")["results"] == []
    other.post(f"call-lists/{row.pk}/next/", {}, status=404)
    other.post(f"calls/{call.pk}/give-back/", {}, status=404)
    Program("write").post(f"calls/{call.pk}/refused/", {}, status=409)
