"""The page of a play: steps added, moved and removed by buttons that store nothing, and what each part holds."""

import html
from typing import Any

import pytest
from django.test import Client

from followup.models import Playbook
from followup.playbooks import services as playbooks
from tests.factories import client_of, make_user
from tests.followup.test_setup_pages import fields_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    """Of an admin."""
    return client_of(make_user("eve", "admin"))


@pytest.fixture
def default() -> Playbook:
    return playbooks.ensure_default()


def steps_of(answer: Any) -> list[str]:
    """The English words of the steps on a page, in their order."""
    return [str(row["text_en"].value()) for row in answer.context["formset"].forms]


@pytest.mark.parametrize(
    ("button", "order"),
    [
        ("steps.up.2", [0, 2, 1]),
        ("steps.down.0", [1, 0, 2]),
        ("steps.remove.1", [0, 2]),
        ("steps.up.0", [0, 1, 2]),
        ("steps.down.2", [0, 1, 2]),
        ("steps.remove.9", [0, 1, 2]),
    ],
)
def test_steps_move_and_go_and_nothing_is_stored_or_lost(
    client: Client, default: Playbook, button: str, order: list[int]
) -> None:
    url = f"/setup/playbooks/{default.pk}/9/"
    typed = fields_of(client, url) | {"hours": "no number", "steps-2-text_da": "Send blomster"}
    before = steps_of(client.get(url))
    answer: Any = client.post(url, typed | {"change": button})
    assert answer.status_code == 200
    assert steps_of(answer) == [before[number] for number in order]
    moved = answer.context["formset"].forms[order.index(2)]
    assert moved["text_da"].value() == "Send blomster"
    assert answer.context["form"]["hours"].value() == "no number"
    assert "errorlist" not in answer.content.decode()
    assert default.versions.count() == 1


def test_an_added_step_is_saved_in_its_place(client: Client, default: Playbook) -> None:
    url = f"/setup/playbooks/{default.pk}/9/"
    added: Any = client.post(url, fields_of(client, url) | {"change": "steps.add"})
    assert len(steps_of(added)) == 4
    page = Page(added)
    page.data["steps-3-text_en"] = "Send flowers"
    up: Any = client.post(url, page.data | {"change": "steps.up.3"})
    assert client.post(url, Page(up).data).status_code == 302
    texts = [step.texts.get("en") for step in playbooks.plays_of(default)[9].steps.all()]
    assert texts[2:] == ["Send flowers", steps_of(added)[2]]


class Page:
    """What a browser would send of a page that was answered."""

    def __init__(self, answer: Any) -> None:
        context = answer.context
        self.data: dict[str, Any] = {"shown": context["shown"]}
        for form in (context["form"], context["formset"].management_form, *context["formset"].forms):
            for field in form:
                if (value := field.value()) not in (None, False, ""):
                    self.data[field.html_name] = "on" if value is True else value


def test_a_removed_last_step_is_a_change(client: Client, default: Playbook) -> None:
    url = f"/setup/playbooks/{default.pk}/9/"
    gone: Any = client.post(url, fields_of(client, url) | {"change": "steps.remove.2"})
    assert client.post(url, Page(gone).data).status_code == 302
    assert playbooks.plays_of(default)[9].steps.count() == 2


def test_no_more_steps_than_a_play_may_have(client: Client, default: Playbook) -> None:
    url = f"/setup/playbooks/{default.pk}/9/"
    data = fields_of(client, url)
    for _number in range(25):
        answer: Any = client.post(url, data | {"change": "steps.add"})
        data = Page(answer).data
    assert len(steps_of(answer)) == 20
    assert "Add a step" not in answer.content.decode()


def test_each_part_says_in_one_line_what_it_holds(client: Client, default: Playbook) -> None:
    ida = make_user("ida", "manager")
    url = f"/setup/playbooks/{default.pk}/0/"
    parts: Any = client.get(url).context["parts"]
    assert parts["clocks"] == "First contact within 24 h · warning at 25 % of the time left"
    assert parts["who"] == "Nobody: anyone in the team · The survey's team"
    assert parts["late"] == "The team’s lead at the deadline · All managers after 24 h"
    assert parts["steps"].startswith("8 steps · Apologise, Listen")
    typed = {
        "hours": "", "solve_hours": "40", "owner": ida.pk, "level2_hours": "30", "level2_to": "person",
        "level2_person": ida.pk, "compensation_limit": "50", "compensation_currency": "EUR", "change": "form.draw",
    }  # fmt: skip
    answer: Any = client.post(url, fields_of(client, url) | typed)
    parts = answer.context["parts"]
    assert parts["clocks"] == "No deadline for the first contact · solved within 40 h"
    assert parts["who"] == f"{ida} · The survey's team"
    assert parts["late"].endswith(f"{ida} after 30 h")
    assert parts["words"].endswith("Compensation up to 50 EUR")


def test_a_fault_opens_its_part_alone(client: Client, default: Playbook) -> None:
    url = f"/setup/playbooks/{default.pk}/0/"
    answer: Any = client.post(url, fields_of(client, url) | {"solve_hours": "0", "steps-1-text_en": "x" * 501})
    assert answer.status_code == 422
    assert answer.context["open_parts"] == {"clocks", "steps"}
    page = html.unescape(answer.content.decode())
    assert page.count('<details class="part" open>') == 2
