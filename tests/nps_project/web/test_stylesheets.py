"""Each page links the stylesheets that draw it, and no others."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from tests.addresses import World, make_world
from tests.factories import client_of

SHEETS = Path(settings.BASE_DIR) / "static" / "css"
ON_EACH_STAFF_PAGE = {"tokens", "shell", "page", "forms", "dialogs"}
SELDOM_SHOWN = {
    # Recovery codes stand on the page once, after they were made.
    "setup/me/security/: nothing on it is styled by second-factor",
    # What many answers bring, of which this small world has few.
    "insights/fair-play/<slug:name>/: nothing on it is styled by chip-and-clock",
    "insights/silence/tickets/: nothing on it is styled by chip-and-clock",
    "insights/words/sentences/: nothing on it is styled by chip-and-clock",
    "insights/wall/: nothing on it is styled by insights",
    "insights/wall/<str:token>/: nothing on it is styled by insights",
}


def classes_styled() -> dict[str, set[str]]:
    """The class names that each sheet's selectors name, by sheet."""
    named = {}
    for path in SHEETS.glob("*.css"):
        without_remarks = re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)
        selectors = re.sub(r"\{[^{}]*\}", ";", without_remarks)
        named[path.stem] = set(re.findall(r"\.([a-z][\w-]*)", selectors))
    return named


def sheets_of(page: str) -> set[str]:
    """The stylesheets that a page links."""
    return set(re.findall(r"/css/([\w-]+)(?:\.[0-9a-f]+)?\.css", page))


def classes_of(page: str) -> set[str]:
    """The class names that a page's elements carry."""
    return {name for names in re.findall(r'\sclass="([^"]*)"', page) for name in names.split()}


def pages_of(world: World) -> Iterator[tuple[str, str]]:
    """Each page that an admin or a customer can open, with its route; those of signing in as a stranger sees them."""
    for route, addresses in world.pages.items():
        client = Client() if route.startswith("login/") else client_of(world.admin)
        for address in addresses:
            if re.search(r"\.(csv|xlsx|png|svg)(\?|$)", address):
                continue
            answer = client.get(address)
            if not answer.streaming and answer.headers.get("Content-Type", "").startswith("text/html"):
                yield route, answer.content.decode()


@pytest.mark.django_db
def test_a_page_links_the_sheets_that_style_its_classes_and_no_sheet_that_styles_none_of_them() -> None:
    styled = classes_styled()
    staff_sheets = styled.keys() - {"customer", "print"}
    used: dict[tuple[str, str], bool] = {}  # by route and sheet: whether one of the route's states needs it
    faults = set()
    for route, page in pages_of(make_world()):
        linked, carried = sheets_of(page) - {"print"}, classes_of(page)
        is_customers = "customer" in linked or 'href="/branding/' in page  # its sheet with the company's colours
        if not linked:  # a mail, which carries its own styles
            continue
        for name in carried:
            drawn_by = {sheet for sheet in staff_sheets if name in styled[sheet]}
            if not is_customers and drawn_by and not drawn_by & linked:
                faults.add(f"{route}: .{name} is drawn by {sorted(drawn_by)}, and the page links {sorted(linked)}")
        for sheet in linked - ON_EACH_STAFF_PAGE:
            used[route, sheet] = used.get((route, sheet), False) or bool(styled[sheet] & carried)
    faults |= {f"{route}: nothing on it is styled by {sheet}" for (route, sheet), needed in used.items() if not needed}

    assert faults <= SELDOM_SHOWN, "\n".join(sorted(faults))
