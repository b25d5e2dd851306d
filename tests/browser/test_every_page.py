"""Every page of the URL configuration in Chromium: no axe violation, nothing wider than the screen, no console word.

Each page is loaded once and seen in both looks, and axe goes over it in one of them, in turn: the looks share their
colours, and `make faults` has axe in both, and in every state of a page that has several.
Left out are only those that answer a GET with no page of their own: redirects, JSON, the schema, forms that take POST.
"""

import json
from typing import Any, Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]  # ships none
from django.conf import settings
from playwright.sync_api import Browser, Page, Route
from pytest_django.live_server_helper import LiveServer

from nps_project.accounts.models import User
from tests.addresses import World, make_world
from tests.factories import client_of
from tests.sizes import FULL

pytestmark = pytest.mark.django_db(transaction=True)
NO_PAGE = {
    "desk/live/", "desk/undo/", "desk/find/", "desk/notices/read/", "desk/views/", "desk/views/<int:view_id>/delete/",
    "desk/tickets/<int:ticket_id>/mail/<int:message_id>/take-back/",
    "desk/tickets/<int:ticket_id>/files/<int:attachment_id>/",
    "desk/tickets/<int:ticket_id>/case/", "desk/tickets/<int:ticket_id>/case/close/",
    "desk/tickets/<int:ticket_id>/here/", "desk/tickets/<int:ticket_id>/colleagues/", "desk/tickets.csv",
    "desk/tickets.xlsx", "desk/answers/answers.csv", "desk/answers/answers.xlsx", "contacts/contacts.csv",
    "contacts/<int:contact_id>/everything/", "contacts/answers/<int:response_id>/everything/", "setup/erased/list/",
    "contacts/contacts.xlsx", "contacts/segments/<slug:slug>/delete/",
    "contacts/import/<int:run_id>/bad.csv", "contacts/import/<int:run_id>/<slug:action>/",
    "docs/", "docs/pictures/<str:name>",
    "", "healthz", "readyz", "logout/", "preferences/", "desk/tickets/<int:ticket_id>/<slug:action>/",
    "desk/answers/<int:response_id>/raised/", "r/<str:token>/tap/",
    "desk/answers/<int:response_id>/ticket/", "setup/surveys/<slug:slug>/follow-up/copy/",
    "setup/people/<int:pk>/password/", "setup/keys/<int:pk>/revoke/", "api/schema/",
    "desk/mail/<int:message_id>/raw/", "desk/mail/<int:message_id>/files/<int:attachment_id>/",
    "desk/mail/<int:message_id>/<slug:action>/",
    "metrics", "mail/<slug:service>/tracking/", "mail/<slug:service>/inbound/", "login/code/",
    "insights/trials/<int:trial_id>/<slug:action>/", "insights/pictures/<slug:name>.<slug:kind>", "insights/days/",
    "insights/compare/groups.<slug:kind>", "insights/wall/links/<int:link_id>/revoke/",
    "insights/reports/<int:report_id>/<slug:action>/",
    "insights/silence/silence.csv",
    "insights/silence/pictures/<slug:name>.<slug:kind>", "insights/silence/calls/<int:call_list_id>/stop/",
    "insights/silence/calls/<int:call_list_id>/picture.<slug:kind>", "insights/silence/calls/<int:call_list_id>/next/",
    "insights/silence/calls/<int:call_list_id>/<int:call_id>/answer/",
    "insights/silence/calls/<int:call_list_id>/<int:call_id>/<slug:what>/",
    "insights/days/<int:event_id>/unmark/",
    "setup/me/second-factor/change/", "setup/me/sessions/<str:name>/end/",
    "setup/routing/<int:pk>/move/",
    "setup/calendars/<int:pk>/delete/", "setup/routing/<int:pk>/delete/", "setup/me/absences/<int:pk>/delete/",
    "setup/playbooks/<int:pk>/versions/<int:number>/back/", "setup/playbooks/<int:pk>/lanes/<slug:name>/",
    "campaigns/<int:campaign_id>/delete/", "campaigns/<int:campaign_id>/do/<slug:action>/",
    "campaigns/<int:campaign_id>/mail/<slug:language>/test/", "setup/first-steps/put-away/",
    "setup/surveys/<slug:slug>/share/qr.<slug:kind>",
    "branding/<slug:digest>.css", "branding/<slug:digest>.<slug:kind>", "setup/branding/logo/",
    "setup/branding/logo/<slug:kind>/remove/",
    "insights/causes/causes.csv", "insights/overview.csv", "insights/compare/groups.csv",
    "insights/causes/causes.xlsx", "insights/improvements/<int:improvement_id>/since/",
    "insights/improvements/<int:improvement_id>/do/<slug:action>/",
    "insights/improvements/<int:improvement_id>/letter/<slug:language>/keep/",
    "insights/", "insights/recovery/recovery.csv", "insights/recovery/<slug:name>.<slug:kind>",
    "insights/praise/<int:response_id>/", "insights/risk/<int:contact_id>/ticket/",
    "insights/fair-play/fair-play.csv", "insights/fair-play/differences.<slug:kind>",
    "insights/risk/risk.csv", "insights/risk/customers.<slug:kind>", "insights/risk/<slug:name>.<slug:kind>",
    "insights/words/words.csv", "insights/words/words.xlsx",
    "insights/themes/themes.csv", "insights/themes/chosen-otherwise.csv", "insights/trials/trials.csv",
    "insights/silence/calls/<int:call_list_id>/calls.csv",
    "insights/themes/precision/", "insights/themes/accept/<int:ticket_id>/",
    "setup/people/<int:pk>/sessions/", "setup/people/<int:pk>/second-factor/",
}  # fmt: skip
# A frame without script cannot be asked from outside; what it shows has an address of its own, and is walked too.
RULES = {
    "iframes": False,
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
# A mail has no page around it: neither landmarks nor a first heading.
RULES_OF_A_MAIL = {**RULES, "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
# One page, that of the API, has hundreds, all of one make: open, they cost axe as much as thirty pages.
MOST_OPEN = 1_000 if FULL else 40
OPENED = f"[...document.querySelectorAll('details')].slice(0, {MOST_OPEN}).forEach(found => {{ found.open = true }})"
# Nor need axe look at what stays closed: its summaries are of one make, too.
FEWER = f"[...document.querySelectorAll('details')].slice({MOST_OPEN}).forEach(found => found.remove())"
# What was just opened, or changed its look, has no colours to measure before its next frame.
DRAWN = """async () => {
    await document.fonts.ready;
    for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
    await Promise.all(document.getAnimations().map(motion => motion.finished));
}"""
# What is well need not travel: its list is ten times as long as the page.
BROKEN_RULES = "options => axe.run(options).then(found => JSON.stringify(found.violations))"
# Tall enough that no bar which sticks to the edge lies over what is measured.
BEYOND = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
Look = tuple[int, Literal["light", "dark"]]
MEASURED: list[Look] = [(375, "light"), (1440, "dark")]  # by axe, in turn
ZOOMED: list[Look] = [(320, "light"), (720, "light")] if FULL else [(320, "light")]  # a wide window at 400 and at 200 %
LOOKS = [*ZOOMED, *MEASURED]


@pytest.fixture
def world() -> World:
    return make_world()


def signed_in(browser: Browser, server: LiveServer, user: User) -> Page:
    """A page of a person's browser."""
    # Without motion, so that colours are measured as they stay and not on their way there.
    context = browser.new_context(reduced_motion="reduce")
    session = client_of(user).cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": server.url}])
    return context.new_page()


def without_policy(route: Route) -> None:
    """A mail's own policy forbids every script, also the one that looks for faults."""
    answered = route.fetch()
    headers = {name: value for name, value in answered.headers.items() if name != "content-security-policy"}
    route.fulfill(response=answered, headers=headers)


def test_every_page(browser: Browser, live_server: LiveServer, world: World) -> None:
    page = signed_in(browser, live_server, world.admin)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    faults: list[str] = []
    loaded = 0

    for number, (route, addresses) in enumerate(world.pages.items()):
        if route in NO_PAGE:
            continue
        if route == "login/":
            page.context.clear_cookies()
        page.unroute_all()  # where a page is routed, Chromium keeps no file and fetches each anew
        if is_mail(route) or route.startswith("desk/outbox/"):
            page.route("**/*", without_policy)
        for state, address in enumerate(addresses):
            page.goto(f"{live_server.url}{address}")
            page.evaluate(OPENED)
            loaded += 1
            for width, scheme in LOOKS[:: 1 if loaded % 2 else -1]:  # it begins as the page before it ended
                page.set_viewport_size({"width": width, "height": 3000})
                page.emulate_media(color_scheme=scheme)
                where = f"{address} at {width} px, {scheme}"
                wide = page.evaluate(BEYOND)
                faults += [f"{where}: {wide} px wider than the screen"] if wide > 0 else []
                if (width, scheme) in MEASURED and (FULL or (MEASURED[number % 2] == (width, scheme) and not state)):
                    faults += [f"{where}: {line}" for line in violations(page)]
        if route == "login/":
            page = signed_in(browser, live_server, world.admin)

    assert not faults, "\n".join(faults)[:6000]
    assert [line for line in said if "Failed to load resource: the server responded with a status" not in line] == []


def violations(page: Page) -> list[str]:
    """One line each: the rule and where."""
    page.evaluate(FEWER)
    page.evaluate(DRAWN)
    page.evaluate(AXE_SCRIPT)
    found = json.loads(page.evaluate(BROKEN_RULES, RULES_OF_A_MAIL if is_mail(page.url) else RULES))
    return [f"{rule['id']} at {', '.join(said_of(node) for node in rule['nodes'][:3])}" for rule in found]


def is_mail(address: str) -> bool:
    return address.endswith("/preview/") and "/mail/" in address


def said_of(node: dict[str, Any]) -> str:
    """The element and what is wrong with it, as measured."""
    return f"{node['html'][:120]} ({'; '.join(check['message'] for check in node['any'])})"
