"""Decisions about many answers by a program: asked for, looked at, stopped, gone on with, undone."""

from datetime import timedelta
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.utils import timezone

from nps_project.accounts.keys import revoke_api_key
from nps_project.accounts.models import ApiKey, Team
from nps_project.common.dates import company_day
from surveys.api.filters import ResponseFilter
from surveys.models import AnswerSource, BulkDecision, Decision, DecisionKind, Response
from surveys.services import answer_filter, bulk_decisions, tallies
from surveys.services.bulk_decisions import ask
from surveys.tasks import go_on_deciding
from tests.api_client import Program
from tests.factories import client_of, make_answer, make_contact, make_survey, make_user

pytestmark = pytest.mark.django_db

FLOOD = {"kind": "discarded", "reason": "A flood at nine"}


def states() -> list[str]:
    return list(Response.objects.order_by("pk").values_list("state", flat=True))


def test_a_flood_is_discarded_by_a_filter_and_undone() -> None:
    program, survey = Program("admin"), make_survey()
    make_answer(survey, 9)
    for number in range(5):
        make_answer(survey, 0, f"buy pills {number}")
    made = program.post("bulk-decisions/", FLOOD | {"filter": {"survey": "autumn", "score": 0, "q": "pills"}})
    assert (made["state"], made["total"], made["done"]) == ("running", 5, 0)
    assert made["filter"] == {"survey": "autumn", "score": "0", "q": "pills"}
    assert states() == ["confirmed"] * 6, "a worker does it"

    make_answer(survey, 0, "buy pills later")
    go_on_deciding()
    done = program.get(f"bulk-decisions/{made['id']}/")
    assert (done["state"], done["done"], done["left"], done["failed"]) == ("finished", 5, 0, 0)
    assert states() == ["confirmed", *["discarded"] * 5, "confirmed"], "what came after it was asked is left alone"
    assert program.get("stats/nps/")["responses"] == 2
    assert set(Decision.objects.values_list("by", "reason")) == {(done["by"], "A flood at nine")}

    undo = program.post(f"bulk-decisions/{made['id']}/undo/", {}, 200)
    assert (undo["kind"], undo["undoes"], undo["filter"]) == ("restored", made["id"], {})
    assert program.post(f"bulk-decisions/{made['id']}/undo/", {}, 200)["id"] == undo["id"], "undone once"
    assert program.get(f"bulk-decisions/{made['id']}/")["undone_by"] == undo["id"]
    go_on_deciding()
    assert states() == ["confirmed"] * 7
    assert tallies.differences() == []
    assert [row["id"] for row in program.every("bulk-decisions/")] == [undo["id"], made["id"]]
    assert LogEntry.objects.get_for_object(BulkDecision.objects.get(pk=made["id"])).first().actor == program.user  # type: ignore[union-attr]


def test_accepting_and_bringing_back_by_a_filter() -> None:
    program, survey = Program("admin"), make_survey()
    Response.objects.filter(pk=make_answer(survey, 0).pk).update(state="provisional", evidence={"why": "flood"})
    make_answer(survey, 0)
    accepted = program.post("bulk-decisions/", {"kind": "accepted", "filter": {"doubtful": True}})
    assert accepted["total"] == 1
    program.post("bulk-decisions/", FLOOD | {"filter": {"score": 0}})
    go_on_deciding()
    assert states() == ["discarded"] * 2
    program.post("bulk-decisions/", {"kind": "restored", "filter": {"state": "discarded"}})
    go_on_deciding()
    assert states() == ["confirmed"] * 2


def test_it_is_stopped_and_gone_on_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_decisions, "CHUNK", 2)
    program, survey = Program("admin"), make_survey()
    for _number in range(5):
        make_answer(survey, 0)
    number = program.post("bulk-decisions/", FLOOD | {"filter": {"score": 0}})["id"]
    refused = program.post(f"bulk-decisions/{number}/undo/", {}, 409)
    assert refused["code"] == "wrong_state", "it runs still"
    assert bulk_decisions.decide_next_chunk(number)
    stopped = program.post(f"bulk-decisions/{number}/stop/", {}, 200)
    assert (stopped["state"], stopped["done"]) == ("stopped", 2)
    go_on_deciding()
    assert states().count("discarded") == 2
    assert program.post(f"bulk-decisions/{number}/resume/", {}, 200)["state"] == "running"
    go_on_deciding()
    for action in ("stop", "resume"):
        assert program.post(f"bulk-decisions/{number}/{action}/", {}, 200)["state"] == "finished"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "discarded", "filter": {"score": 0}}, "reason"),
        ({"kind": "discarded", "filter": {"score": 0}, "reason": " "}, "reason"),
        ({"kind": "discarded", "filter": {"score": 0}, "reason": "x" * 501}, "reason"),
        ({"kind": "accepted", "filter": {"score": 0}, "reason": "spam"}, "reason"),
        ({"kind": "deleted", "filter": {"score": 0}, "reason": "spam"}, "kind"),
        (FLOOD, "filter"),
        (FLOOD | {"filter": {}}, "filter"),
        (FLOOD | {"filter": [1]}, "filter"),
        (FLOOD | {"filter": {"colour": "red"}}, "filter.colour"),
        (FLOOD | {"filter": {"ids": [1]}}, "filter.ids"),
        (FLOOD | {"filter": {"score": 11}}, "filter.score"),
        (FLOOD | {"filter": {"score": None}}, "filter.score"),
        (FLOOD | {"filter": {"score": [0, 1]}}, "filter.score"),
        (FLOOD | {"filter": {"survey": ""}}, "filter.survey"),
        (FLOOD | {"filter": {"survey": "\u200b"}}, "filter.survey"),
        (FLOOD | {"filter": {"q": " "}}, "filter.q"),
        (FLOOD | {"filter": {"survey": "nothing"}}, "filter.survey"),
        (FLOOD | {"filter": {"survey": "a\0b"}}, "filter.survey"),
        (FLOOD | {"filter": {"same_source": 2**62}}, "filter.same_source"),
        (FLOOD | {"filter": {"same_source": "x"}}, "filter.same_source"),
        (FLOOD | {"filter": {"from": "9999-12-31"}}, "filter.from"),
        (FLOOD | {"filter": {"from": "2026-03-11", "to": "2026-03-10"}}, "filter.to"),
        (FLOOD | {"filter": {"q": "x" * 201}}, "filter.q"),
        (FLOOD | {"filter": {"score": 0}, "because": "spam"}, "because"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(body: dict[str, Any], field: str) -> None:
    make_answer(make_survey(), 0)
    refused = Program("admin").post("bulk-decisions/", body, 422)
    assert [error["field"] for error in refused["errors"]] == [field]
    assert not BulkDecision.objects.exists()


def test_the_answers_that_are_listed_are_those_decided_about() -> None:
    """One reading of every filter, in both places."""
    program, survey, contact, now = Program("admin"), make_survey(), make_contact(1), timezone.now()
    scores = (1, 9)
    made = [make_answer(survey, days, f"pills {days}", answered_at=now - timedelta(days=days)) for days in scores]
    Response.objects.filter(pk=made[0].pk).update(contact=contact.pk)
    AnswerSource.objects.create(response=made[0], source=7, day=company_day(now))
    other = make_answer(make_survey("other"), 8)
    Response.objects.filter(pk=other.pk).update(language="da", channel="api")
    filters: list[dict[str, Any]] = [
        {"survey": "autumn"}, {"score": 1}, {"group": "promoter"}, {"channel": "api"}, {"language": "da"},
        {"state": "confirmed"}, {"contact": contact.pk}, {"doubtful": False}, {"q": "pills"},
        {"same_source": made[0].pk}, {"from": (now - timedelta(days=2)).date().isoformat()},
        {"to": (now - timedelta(days=2)).isoformat()},
    ]  # fmt: skip
    assert {name for one in filters for name in one} == set(ResponseFilter.base_filters)
    for one in filters:
        ((name, value),) = one.items()
        text = str(value).lower() if isinstance(value, bool) else str(value)
        listed = program.every(f"responses/?{name}={text.replace('+', '%2B')}")
        total = program.post("bulk-decisions/", FLOOD | {"filter": one})["total"]
        assert 0 < total == len(listed), one


def test_by_words_it_takes_all_of_them_however_many_a_list_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 20,000 answers with the same words the newest 2,000 were taken."""
    monkeypatch.setattr(answer_filter.filtered, "__kwdefaults__", {"most": 2})
    program, survey = Program("admin"), make_survey()
    for _number in range(5):
        make_answer(survey, 0, "buy pills")
    assert len(program.every("responses/?q=pills")) == 2
    assert program.post("bulk-decisions/", FLOOD | {"filter": {"q": "pills"}})["total"] == 5
    go_on_deciding()
    assert states() == ["discarded"] * 5


def test_strangers_see_and_decide_nothing() -> None:
    team = Team.objects.create(name="North")
    mine, other = make_survey("mine"), make_survey("other", team=team)
    own, hidden = make_answer(mine, 0), make_answer(other, 0)
    for answer in (own, hidden):
        AnswerSource.objects.create(response=answer, source=7, day=company_day(timezone.now()))
    chief = make_user("chief", "manager")
    bulk = ask(kind=DecisionKind.DISCARDED, chosen={"survey": "other"}, by=chief, reason="spam")
    limited = Program("admin", survey=mine)

    assert limited.get("bulk-decisions/")["results"] == []
    limited.get(f"bulk-decisions/{bulk.pk}/", 404)
    for action in ("stop", "resume", "undo"):
        limited.post(f"bulk-decisions/{bulk.pk}/{action}/", {}, 404)
    limited.post("bulk-decisions/", FLOOD | {"filter": {"survey": "other"}}, 422)
    limited.post("bulk-decisions/", FLOOD | {"filter": {"same_source": hidden.pk}}, 422)
    assert limited.get(f"responses/?same_source={hidden.pk}")["results"] == [], "nor does a list tell"
    assert len(limited.get(f"responses/?same_source={own.pk}")["results"]) == 1
    assert bulk_decisions.stop(bulk_id=bulk.pk)
    made = limited.post("bulk-decisions/", FLOOD | {"filter": {"same_source": own.pk}})
    assert made["total"] == 1
    go_on_deciding()
    assert states() == ["discarded", "confirmed"], "a filter finds what the key may see"

    for scope in ("read", "write"):
        program = Program(scope)
        assert program.get("bulk-decisions/")["results"] == []
        program.get(f"bulk-decisions/{bulk.pk}/", 404)
        program.post("bulk-decisions/", FLOOD | {"filter": {"score": 0}}, 403)
        for action in ("stop", "resume", "undo"):
            program.post(f"bulk-decisions/{bulk.pk}/{action}/", {}, 403)
    of_north = client_of(make_user("north", "manager", all_teams=False))
    assert of_north.get(f"/desk/answers/decisions/{made['id']}/").status_code == 404
    assert len(Program("admin").every("bulk-decisions/")) == 2, "a key for all surveys sees what people decided, too"


def test_a_key_that_is_revoked_decides_no_further() -> None:
    survey = make_survey()
    program = Program("admin", survey=survey)
    make_answer(survey, 0)
    number = program.post("bulk-decisions/", FLOOD | {"filter": {"score": 0}})["id"]
    revoke_api_key(ApiKey.objects.get(user=program.user))
    go_on_deciding()
    assert BulkDecision.objects.get(pk=number).state == "stopped"
    assert states() == ["confirmed"]


def test_sent_twice_it_is_one_decision() -> None:
    program = Program("admin")
    make_answer(make_survey(), 0)
    body = FLOOD | {"filter": {"score": 0}}
    first, again = (program.post("bulk-decisions/", body, Idempotency_Key="night-1") for _time in range(2))
    assert first == again
    assert BulkDecision.objects.count() == 1
