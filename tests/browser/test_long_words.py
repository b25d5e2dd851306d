"""A name of 200 letters, an address of 200, and words without a space wrap on every page and in every mail."""

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from followup.escalation import services as escalation
from followup.models import Ticket
from followup.tickets import actions
from nps_project.accounts.models import Team
from nps_project.deliveries.models import Delivery
from tests.browser.opening import let_in
from tests.factories import make_contact, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db(transaction=True)

LONG = "W" * 100
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

SHOWN = (  # a field is: its panel and its folds are opened
    "(one) => { const panel = one.closest('.panel'); if (panel) location.hash = panel.id;"
    " while (one = one.parentElement) if (one.matches('details')) one.open = true; }"
)


@pytest.mark.parametrize("width", [375, 1440])
def test_nothing_is_wider_than_the_screen(browser: Browser, live_server: LiveServer, width: int) -> None:
    bea = make_user("bea", "admin")
    bea.name = LONG
    bea.save()
    team = Team.objects.create(name=LONG, lead=bea)
    traits = {"company": LONG * 2, LONG: LONG * 2}
    contact = make_contact(1, name=LONG * 2, traits=traits)
    contact.email = f"{'e' * 60}@{'d' * 60}.example.com"
    contact.save()
    ticket = make_ticket(make_survey(team=team), 2, LONG * 20, contact=contact)
    actions.claim(ticket_id=ticket.pk, by=bea)
    actions.add_note(ticket_id=ticket.pk, by=bea, text=LONG * 10)
    Ticket.objects.filter(pk=ticket.pk).update(tags=["t" * 40])
    escalation.escalate(ticket.pk, Ticket.objects.get().deadline + (Ticket.objects.get().deadline - ticket.clock_from))
    context = browser.new_context(viewport={"width": width, "height": 900})
    let_in(context, live_server, bea)
    page = context.new_page()
    mail = Delivery.objects.filter(template="ticket_overdue").get()
    paths = (
        "/desk/", f"/desk/tickets/{ticket.pk}/", "/desk/answers/", f"/desk/answers/{ticket.response_id}/",
        "/setup/people/", f"/setup/people/{bea.pk}/", f"/setup/people/{bea.pk}/work/", "/setup/teams/", "/desk/outbox/",
        f"/desk/outbox/{mail.pk}/html/",
    )  # fmt: skip
    wide = {}
    for path in paths:
        answer = page.goto(f"{live_server.url}{path}")
        assert answer is not None
        assert answer.ok, path
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        if (more := page.evaluate(WIDER)) > 0:
            wide[path] = more
    context.close()
    assert not wide


@pytest.mark.parametrize("width", [375, 1440])
def test_a_long_word_in_a_field_makes_the_page_no_wider(browser: Browser, live_server: LiveServer, width: int) -> None:
    bea = make_user("bea", "admin")
    ticket = make_ticket(make_survey(), 2, contact=make_contact(1))
    paths = (
        f"/desk/tickets/{ticket.pk}/", f"/contacts/{ticket.response.contact_id}/",
        f"/s/{ticket.response.survey.slug}/", f"/setup/surveys/{ticket.response.survey.slug}/words/en/",
    )  # fmt: skip
    context = browser.new_context(viewport={"width": width, "height": 900})
    let_in(context, live_server, bea)
    page, wide, filled = context.new_page(), {}, 0
    for path in paths:
        answer = page.goto(f"{live_server.url}{path}")
        assert answer is not None
        assert answer.ok, path
        for field in page.locator("textarea").all():
            field.evaluate(SHOWN)
            field.fill(f"https://example.com/{LONG * 3}")
            filled += 1
            if (more := page.evaluate(WIDER)) > 0:
                wide[f"{path} {field.get_attribute('id')}"] = more
            field.fill("")
            assert field.evaluate("(one) => one.offsetWidth") > 200, "nor is an empty one narrow"
    context.close()
    assert filled > 5
    assert not wide


@pytest.mark.parametrize("language", ["en", "nl", "da"])
def test_the_words_of_the_rooms_stay_whole_on_a_phone(browser: Browser, live_server: LiveServer, language: str) -> None:
    bea = make_user("Beatrix van Nieuwenhuizen", "admin", language=language)
    context = browser.new_context(viewport={"width": 375, "height": 800}, locale=language)
    let_in(context, live_server, bea)
    page = context.new_page()
    page.goto(f"{live_server.url}/desk/")
    lines = page.eval_on_selector_all(
        ".top-nav a",
        "links => links.filter((link) => link.offsetParent).map((link) => {"
        " const all = document.createRange(); all.selectNodeContents(link);"
        " return all.getClientRects().length; })",
    )
    hidden = page.eval_on_selector(".top-nav", "(nav) => nav.scrollWidth - nav.clientWidth")
    context.close()
    assert set(lines) == {1}
    assert hidden <= 0
