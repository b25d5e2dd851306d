"""Promise 9: no number without its sample size, no NPS without its interval. And promise 3 for the API."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from surveys.services.decisions import discard_response
from tests.addresses import World, make_world
from tests.api_client import Program
from tests.factories import client_of, make_answer, make_survey, make_user
from tests.faults.contents import changed, contents

pytestmark = pytest.mark.django_db

OF_THE_CALLER = {"accounts_apikey"}  # when it was last used


@pytest.fixture
def world() -> World:
    return make_world()


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Each object in a JSON value, however deep."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from objects(part)


def must_be_complete(figures: dict[str, Any]) -> None:
    if "nps" in figures:
        parts = (figures["promoters"], figures["passives"], figures["detractors"])
        assert figures["responses"] == sum(parts)
        if figures["responses"] == 0:
            assert figures["nps"] is figures["nps_low"] is figures["nps_high"] is None
        else:
            assert -100 <= figures["nps_low"] <= figures["nps"] <= figures["nps_high"] <= 100
            assert figures["nps_low"] < figures["nps_high"]
    if "met_share" in figures:
        assert (figures["met_share"] is None) == (figures["n"] == 0)
        assert figures["n"] >= figures["met"] + figures["missed"]
    if "share" in figures:
        of = figures.get("of", figures["n"])
        known = [figures[name] is not None for name in ("share", "low", "high")]
        assert len(set(known)) == 1
        assert known[0] is bool(of)


def api_lists(world: World) -> list[str]:
    """What can be read over the API, without a reference to a row that is not there."""
    t, r = world.ticket.pk, world.happy.pk
    return [
        "surveys/", "surveys/autumn/", "contacts/", f"contacts/{world.contact.pk}/", "invitations/", "responses/",
        f"responses/{r}/", "tickets/", f"tickets/{t}/", f"tickets/{t}/activities/", "root-causes/", "users/",
        "teams/", "playbooks/", "stats/nps/", "stats/nps/?survey=autumn", "stats/nps/?survey=paused",
        "stats/nps/?trait.plan=gold", "stats/follow-up/", "stats/follow-up/?survey=paused",
        "stats/recovery/", "stats/recovery/?survey=paused",
    ]  # fmt: skip


def test_the_api_gives_no_figure_without_what_it_rests_on(world: World) -> None:
    program = Program("read")
    with_figures = 0
    for path in api_lists(world):
        for found in objects(program.get(path)):
            must_be_complete(found)
            with_figures += "nps" in found or "met_share" in found
    assert with_figures >= 6


def test_reading_over_the_api_changes_nothing(world: World) -> None:
    program = Program("admin")
    before = contents()
    for path in api_lists(world):
        for method in ("GET", "HEAD", "OPTIONS"):
            assert program.call(method, path).status_code < 405, (method, path)
    assert changed(before, contents()) <= OF_THE_CALLER


def figures_of(page: str) -> dict[str, str]:
    """Label to everything said with a figure, as a reader sees it."""
    found = {}
    for item in re.findall(r"<li><a [^>]*>(.*?)</a></li>", page, flags=re.DOTALL):
        label = re.search(r'class="figure-label">([^<]*)', item)
        if label:
            found[label[1]] = " ".join(re.sub(r"<[^>]*>", " ", item).split())
    return found


@pytest.mark.parametrize("answered", [[], [3], [10] * 3, [0, 10, 7, 7, 9, 2]])
def test_the_desk_shows_no_score_and_no_share_alone(answered: list[int]) -> None:
    survey = make_survey()
    for score in answered:
        make_answer(survey, score)
    spam = make_answer(survey, 0)
    discard_response(response_id=spam.pk, by=None, reason="spam")

    said = figures_of(client_of(make_user("ada", "manager")).get("/desk/").content.decode())

    of_score, share = said["NPS, 30 days"], said["in time, 30 days"]
    assert f"n {len(answered)}" in of_score
    assert ("between" in of_score) is bool(answered)
    assert re.search(r"of n \d", share)


def test_what_the_figure_shows_is_what_a_recount_gives() -> None:
    survey = make_survey()
    for number in range(30):
        make_answer(survey, number % 11)
    shown = Program("read").get("stats/nps/")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(*) FILTER (WHERE score >= 9), count(*) FILTER (WHERE score <= 6) "
            "FROM surveys_response WHERE state = 'confirmed'"
        )
        n, promoters, detractors = cursor.fetchone()
    assert (shown["responses"], shown["promoters"], shown["detractors"]) == (n, promoters, detractors)
    assert shown["nps"] == pytest.approx(100 * (promoters - detractors) / n, abs=0.01)
