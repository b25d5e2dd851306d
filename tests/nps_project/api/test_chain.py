"""The main job over the API alone: eleven scores, seven tickets in time, followed up to their end, and counted."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from followup.tasks import open_tickets
from tests.api_client import Program

pytestmark = pytest.mark.django_db

SIX = {
    "slug": "autumn",
    "name": "Autumn",
    "brand": "Nordlys",
    "status": "live",
    "default_language": "da",
    "languages": ["da", "en"],
}
HOURS = {0: 24, 1: 24, 2: 24, 3: 24, 4: 48, 5: 48, 6: 48}
PRIORITY = {0: "critical", 1: "critical", 2: "critical", 3: "high", 4: "high"}


def eleven_answers(program: Program, answered_at: datetime) -> dict[int, dict[str, Any]]:
    """One of each score, by customers who can be called."""
    assert program.post("surveys/", SIX).items() >= SIX.items()
    return {
        score: program.post(
            "responses/",
            {
                "survey": "autumn",
                "score": score,
                "comment": f"It is a {score}.",
                "email": f"customer{score}@example.com",
                "name": f"Customer {score}",
                "phone": "+45 33 12 00 00",
                "language": "en",
                "answered_at": (answered_at + timedelta(minutes=score)).isoformat(),
                "traits": {"plan": "basic" if score < 6 else "plus", "seats": score},
            },
        )
        for score in range(11)
    }


def test_from_eleven_scores_to_a_resolved_ticket_and_the_figures() -> None:
    program, started = Program("admin"), datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)
    given = eleven_answers(program, started)
    open_tickets([response["id"] for response in given.values()])
    for score, response in given.items():
        assert response["score"] == score
        assert response["group"] == ("detractor" if score < 7 else "passive" if score < 9 else "promoter")
        assert (response["survey"], response["channel"], response["state"]) == ("autumn", "api", "confirmed")
        assert datetime.fromisoformat(response["answered_at"]) == started + timedelta(minutes=score)
        assert datetime.fromisoformat(response["answered_at"]).tzinfo is not None
    tickets = {ticket["score"]: ticket for ticket in program.every("tickets/?survey=autumn")}
    assert sorted(tickets) == list(range(7))
    for score, ticket in tickets.items():
        due = started + timedelta(minutes=score, hours=HOURS[score])
        assert datetime.fromisoformat(ticket["first_contact_due_at"]) == due
        assert (ticket["status"], ticket["due_state"], ticket["owner"]) == ("open", "on_time", None)
        assert (ticket["response"], ticket["group"]) == (given[score]["id"], "detractor")
        assert ticket["priority"] == PRIORITY.get(score, ticket["priority"])
        assert ticket["steps"]
        assert set(ticket["steps"][0]) >= {"id", "kind", "text", "required", "done_at", "done_by"}
    follow_up(program, tickets[0])
    figures = program.get("stats/follow-up/?survey=autumn")
    assert figures["open"] == 6
    assert (figures["met"], figures["missed"], figures["n"], figures["met_share"]) == (1, 0, 1, 1.0)
    assert 7190 < figures["median_first_contact_s"] < 7300
    stats = program.get("stats/nps/?survey=autumn")
    assert (stats["responses"], stats["promoters"], stats["passives"], stats["detractors"]) == (11, 2, 2, 7)
    assert stats["nps"] == pytest.approx(-500 / 11)
    assert stats["nps_low"] < stats["nps"] < stats["nps_high"]
    assert (stats["nps_low"], stats["nps_high"]) == pytest.approx((-77.05, 5.62), abs=0.01)


def follow_up(program: Program, ticket: dict[str, Any]) -> None:
    """Claim, voicemail, call, every step, wait, resolve, reopen; each leaves its entry."""
    assert program.user is not None
    me, path = program.user.pk, f"tickets/{ticket['id']}/"
    assert program.post(path + "claim/", {}, 200)["owner"] == me
    voicemail = program.post(path + "attempts/", {"result": "voicemail"})
    assert (voicemail["channel"], voicemail["counts"], voicemail["by"]) == ("phone", False, me)
    assert program.get(path)["first_contact_at"] is None
    reached = {"result": "reached", "channel": "phone", "duration_s": 300, "note": "He told the whole story."}
    assert program.post(path + "attempts/", reached)["counts"] is True
    contacted = program.get(path)
    assert (contacted["status"], contacted["due_state"]) == ("contacted", "met")
    for step in ticket["steps"]:
        paid = {"amount": "25.00", "currency": "EUR"} if step["kind"] == "compensation" else {}
        after = program.post(path + "steps/", {"step": step["id"], "done": True, **paid}, 200)
        done = next(one for one in after["steps"] if one["id"] == step["id"])
        assert done["done_by"] == me
        assert done["done_at"]
        assert done["amount"] == paid.get("amount")
    undone = program.post(path + "steps/", {"step": ticket["steps"][0]["id"], "done": False}, 200)
    assert undone["steps"][0]["done_at"] is None
    until = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    assert program.post(path + "wait/", {"until": until, "reason": "A new delivery."}, 200)["status"] == "waiting"
    assert program.post(path + "notes/", {"text": "He likes the new banners."})["text"] == "He likes the new banners."
    ended = {"outcome": "recovered", "root_cause": program.get("root-causes/")["results"][0]["slug"], "note": "Happy."}
    resolved = program.post(path + "resolve/", ended, 200)
    assert (resolved["status"], resolved["outcome"], resolved["root_cause"]) == (
        "resolved",
        "recovered",
        ended["root_cause"],
    )
    again = program.post(path + "resolve/", ended, 409)
    assert (again["code"], again["errors"][0]["value"]) == ("wrong_state", "resolved")
    assert program.post(path + "reopen/", {"reason": "He called again."}, 200)["status"] == "contacted"
    assert program.post(path + "resolve/", ended, 200)["status"] == "resolved"
    history = program.every(path + "activities/?page_size=3")
    assert [entry["number"] for entry in history] == list(range(len(history), 0, -1))
    kinds = [entry["kind"] for entry in reversed(history)]
    expected = ["opened", "claimed", "attempt", "attempt", *["step_done"] * len(ticket["steps"]), "reminder_set"]
    assert kinds == [*expected, "step_undone", "waiting", "note", "resolved", "reopened", "resolved"]
    assert {entry["actor"] for entry in history if entry["kind"] != "opened"} == {me}


def test_the_figures_can_be_asked_for_by_trait_and_by_day() -> None:
    program, started = Program("admin"), datetime.now(UTC).replace(hour=12, minute=0) - timedelta(days=3)
    eleven_answers(program, started)
    day = started.date().isoformat()
    assert program.get("stats/nps/?trait.plan=basic")["responses"] == 6
    assert program.get("stats/nps/?trait.plan=plus&trait.seats=9")["promoters"] == 1
    assert program.get(f"stats/nps/?trait.plan=plus&from={day}&to={day}")["responses"] == 5
    assert program.get(f"stats/nps/?from={day}&to={day}")["responses"] == 11
    before = (started.date() - timedelta(days=1)).isoformat()
    nothing = program.get(f"stats/nps/?to={before}")
    assert nothing == {
        "responses": 0, "promoters": 0, "passives": 0, "detractors": 0, "nps": None, "nps_low": None, "nps_high": None
    }  # fmt: skip


def test_a_ticket_is_opened_by_hand_once_and_its_clock_runs_from_then() -> None:
    program = Program("write")
    given = eleven_answers(Program("admin"), datetime.now(UTC) - timedelta(days=1))
    ticket = program.post("tickets/", {"response": given[8]["id"]})
    assert (ticket["is_by_hand"], ticket["score"], ticket["group"]) == (True, 8, "passive")
    refused = program.post("tickets/", {"response": given[8]["id"]}, 409)
    assert refused["code"] == "already_opened"


def test_a_claimed_ticket_stays_with_its_owner_until_it_is_assigned() -> None:
    first, second = Program("write"), Program("write")
    assert first.user is not None
    given = eleven_answers(Program("admin"), datetime.now(UTC) - timedelta(hours=1))
    open_tickets([given[0]["id"]])
    path = f"tickets/{first.get('tickets/?score=0')['results'][0]['id']}/"
    first.post(path + "claim/", None, 200)
    refused = second.post(path + "claim/", {}, 409)
    assert refused["code"] == "already_owned"
    assert refused["errors"][0]["value"] == first.user.pk
    assert second.post(path + "assign/", {"owner": second.user.pk if second.user else 0}, 200)["owner"] != first.user.pk
    for body in ({}, {"owner": first.user.pk, "team": None}, {"owner": 10**9}, {"owner": True}, {"owner": 1.5}):
        second.post(path + "assign/", body, 422)
    viewer = Program("read").user
    assert second.post(path + "assign/", {"owner": viewer.pk if viewer else 0}, 422)["errors"][0]["field"] == "owner"
