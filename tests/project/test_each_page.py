"""What holds on each page: a stranger and an admin look at all of them once, and each test asks one thing of that."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.test import Client

from nps_project.guide import help_links
from tests.addresses import make_world
from tests.factories import client_of
from tests.faults.contents import changed, contents
from tests.kept_rows import kept_for_module
from tests.nps_project.web import stylesheets

NOT_PERSONAL = ("/s/", "/t/", "/r/", "/mail/", "/healthz", "/readyz", "/metrics", "/branding/")
NOT_OF_A_ROUTE = ("/nothing/", "/admin/")  # no page, and Django's own
HELP_LINK = re.compile(r'<a class="help-link" href="/docs/([a-z-]+)/#([\w-]+)"')


@dataclass(frozen=True, slots=True)
class Look:
    """What came for an address. `html`: the page; "" for what is none."""

    route: str
    address: str
    by_admin: bool
    status: int
    headers: dict[str, str]
    html: str
    view_name: str


@dataclass(frozen=True, slots=True)
class Looked:
    """All looks, and the tables that they changed."""

    looks: list[Look]
    changed: set[str]

    def pages(self, *, by_admin: bool) -> Iterator[Look]:
        """Those at which a page came."""
        return (look for look in self.looks if look.html and look.by_admin == by_admin)


def look_at_all() -> Looked:
    world = make_world()
    clients = {False: Client(), True: client_of(world.admin)}
    before = contents()
    looks = [
        look_at(client, by_admin, route, address)
        for route, addresses in [*world.pages.items(), ("", NOT_OF_A_ROUTE)]
        for address in addresses
        for by_admin, client in clients.items()
    ]
    return Looked(looks, changed(before, contents()))


def look_at(client: Client, by_admin: bool, route: str, address: str) -> Look:
    answer = client.get(address, headers={"user-agent": "mail scanner"})
    body, is_page = answer.getvalue(), answer.get("Content-Type", "").startswith("text/html")
    match = answer.wsgi_request.resolver_match
    html = body.decode() if is_page and not answer.streaming else ""
    view_name = match.view_name if match else ""
    return Look(route, address, by_admin, answer.status_code, dict(answer.items()), html, view_name)


looked = kept_for_module(look_at_all)


def test_looking_changes_nothing(looked: Looked) -> None:
    """Nor does asking for a head: tests/faults/test_promises.py."""
    assert looked.changed == set()


def test_each_is_there(looked: Looked) -> None:
    faults = [(look.address, look.status) for look in looked.looks if look.status >= 500]
    assert set(faults) <= {("/s/paused/", 503), ("/readyz", 503)}
    assert sum(1 for _page in looked.pages(by_admin=True)) > 150


def test_what_a_customer_types_is_text_on_it(looked: Looked) -> None:
    """Nothing on a page is markup that somebody typed, and no script or style stands in it."""
    desk = ""
    for look in looked.looks:
        assert "<b>called</b>" not in look.html, look.address
        assert "<i>Jensen</i>" not in look.html, look.address
        if not re.search(r"/html/$|/mail/\w+/preview/$", look.address):  # a mail has a policy of its own
            written = re.search(r"<(script(?! src=\"/static/)|style)\b|\sstyle=|\son[a-z]+=", look.html)
            assert not written, look.address
        desk = look.html if look.address == "/desk/" and look.by_admin else desk
    assert "Nobody &lt;b&gt;called&lt;/b&gt; &amp; the banners" in desk


def test_personal_pages_are_kept_by_nobody_and_may_do_little(looked: Looked) -> None:
    for look in looked.looks:
        if look.by_admin and not look.address.startswith(NOT_PERSONAL):
            assert {"private", "no-store"} <= set(look.headers["Cache-Control"].split(", ")), look.address
        assert "camera=()" in look.headers["Permissions-Policy"], look.address
        assert look.headers["X-Content-Type-Options"] == "nosniff", look.address
    for address, by_admin in (("/desk/", True), ("/login/", False), ("/nothing/", False), ("/healthz", False)):
        [headers] = [look.headers for look in looked.looks if (look.address, look.by_admin) == (address, by_admin)]
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert re.search(r"default-src 'self'", headers["Content-Security-Policy"])


def test_each_set_up_page_has_its_question_mark(looked: Looked) -> None:
    seen = 0
    for look in looked.pages(by_admin=True):
        if look.route.startswith("setup/") and look.status == 200 and 'class="setup-nav"' in look.html:
            found = HELP_LINK.search(look.html)
            assert found, look.address
            assert f"{found[1]}#{found[2]}" == help_links.part_of(look.view_name)
            seen += 1
    assert seen > 25


def test_it_links_the_sheets_that_style_its_classes_and_no_sheet_that_styles_none_of_them(looked: Looked) -> None:
    """The pages of signing in as a stranger sees them, all others as an admin does."""
    pages = [
        (look.route, look.html)
        for look in looked.looks
        if look.html and look.route and look.by_admin != look.route.startswith("login/")
        and not re.search(r"\.(csv|xlsx|png|svg)(\?|$)", look.address)
    ]  # fmt: skip
    faults = stylesheets.faults(pages)
    assert faults <= stylesheets.SELDOM_SHOWN, "\n".join(sorted(faults))
