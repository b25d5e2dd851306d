"""Whether each page links the stylesheets that draw it, and no others: asked by tests/project/test_each_page.py."""

import re
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

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


def faults(pages: Iterable[tuple[str, str]]) -> set[str]:
    """What is wrong with the links of these pages, each given with its route: a class that no linked sheet styles, and
    a sheet that styles none of the classes of any state of a route."""
    styled = classes_styled()
    staff_sheets = styled.keys() - {"customer", "print"}
    used: dict[tuple[str, str], bool] = {}  # by route and sheet: whether one of the route's states needs it
    found = set()
    for route, page in pages:
        linked, carried = sheets_of(page) - {"print"}, classes_of(page)
        is_customers = "customer" in linked or 'href="/branding/' in page  # its sheet with the company's colours
        if not linked:  # a mail, which carries its own styles
            continue
        for name in carried:
            drawn_by = {sheet for sheet in staff_sheets if name in styled[sheet]}
            if not is_customers and drawn_by and not drawn_by & linked:
                found.add(f"{route}: .{name} is drawn by {sorted(drawn_by)}, and the page links {sorted(linked)}")
        for sheet in linked - ON_EACH_STAFF_PAGE:
            used[route, sheet] = used.get((route, sheet), False) or bool(styled[sheet] & carried)
    return found | {
        f"{route}: nothing on it is styled by {sheet}" for (route, sheet), needed in used.items() if not needed
    }
