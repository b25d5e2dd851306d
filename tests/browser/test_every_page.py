"""Every page of the URL configuration in Chromium: no axe violation, nothing wider than the screen, no console word.

Each page is loaded once and seen in every width, and axe goes over it in one of two looks, in turn: the looks share
their colours, and `make faults` has axe in both, and in every state of a page that has several.
Left out are only those that answer a GET with no page of their own: redirects, JSON, the schema, forms that take POST.
"""

import pytest
from playwright.sync_api import Browser, Route
from pytest_django.live_server_helper import LiveServer

from tests.addresses import World, make_world
from tests.browser.accessible import LOOKS, OPENED, WarmAxe, is_mail
from tests.browser.opening import signed_in
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
ZOOMED = (320, 720) if FULL else (320,)  # a wide window at 400 and at 200 %
WIDTHS = [*ZOOMED, *(width for width, _scheme in LOOKS)]
HEIGHT = 700  # what is drawn to measure a width costs by its height
BEYOND = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def world() -> World:
    return make_world()


def without_policy(route: Route) -> None:
    """A mail's own policy forbids every script, also the one that looks for faults."""
    answered = route.fetch()
    headers = {name: value for name, value in answered.headers.items() if name != "content-security-policy"}
    route.fulfill(response=answered, headers=headers)


def test_every_page(browser: Browser, live_server: LiveServer, world: World) -> None:
    axes = [WarmAxe(browser, live_server, look) for look in LOOKS]
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
            for width in WIDTHS[:: 1 if loaded % 2 else -1]:  # it begins as the page before it ended
                page.set_viewport_size({"width": width, "height": HEIGHT})
                wide = page.evaluate(BEYOND)
                faults += [f"{address} at {width} px: {wide} px wider than the screen"] if wide > 0 else []
            for axe in axes if FULL else axes[number % 2 :][:1] if not state else []:
                faults += [f"{address} at {axe.name}: {line}" for line in axe.violations(page)]
        if route == "login/":
            page = signed_in(browser, live_server, world.admin)

    assert not faults, "\n".join(faults)[:6000]
    assert [line for line in said if "Failed to load resource: the server responded with a status" not in line] == []
