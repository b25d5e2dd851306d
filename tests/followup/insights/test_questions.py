"""The pages of the figures, by question: who is led where, and what goes along."""

import pytest

from tests.factories import client_of, make_survey, make_user

pytestmark = pytest.mark.django_db


def questions(role: str, address: str = "/insights/") -> str:
    """The navigation of a page as this person gets it."""
    page = client_of(make_user("ada", role, language="en")).get(address)
    return page.content.decode().partition('<nav class="questions"')[2].partition("</nav>")[0]


def test_the_survey_and_the_period_go_along_to_the_pages_that_read_them() -> None:
    survey = make_survey()
    chosen = f"survey={survey.slug}&from=2026-01-01&to=2026-03-31"
    shown = questions("manager", f"/insights/?{chosen}&by=week").replace("&amp;", "&")
    for page in ("", "compare/", "silence/", "fair-play/", "causes/", "words/", "recovery/", "risk/"):
        assert f'href="/insights/{page}?{chosen}"' in shown, page
    for page in ("themes/", "improvements/", "trials/", "reports/", "wall/links/"):
        assert f'href="/insights/{page}"' in shown, page


@pytest.mark.parametrize(("role", "leads_to"), [("agent", "/insights/wall/"), ("manager", "/insights/wall/links/")])
def test_who_may_make_links_of_the_wallboard_is_led_to_them_and_the_others_to_the_wallboard(
    role: str, leads_to: str
) -> None:
    assert f'href="{leads_to}"' in questions(role)


def test_trials_are_shown_to_managers_of_all_teams() -> None:
    assert "/insights/trials/" not in questions("agent")


def test_a_manager_of_one_team_is_not_led_to_trials() -> None:
    mia = make_user("mia", "manager", all_teams=False)
    assert "/insights/trials/" not in client_of(mia).get("/insights/").content.decode()


def test_the_page_one_looks_at_is_marked_and_so_is_its_question() -> None:
    shown = questions("manager", "/insights/words/")
    assert 'href="/insights/words/" aria-current="page"' in shown
    assert shown.count('aria-current="page"') == 1
    assert shown.count('aria-current="true"') == 1
