"""What axe finds on a page of the product."""

import json
from typing import Any, Literal

from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]  # ships none
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from tests.sizes import FULL

Look = tuple[int, Literal["light", "dark"]]
LOOKS: list[Look] = [(375, "light"), (1440, "dark")]
HEIGHT = 3000  # tall enough that no bar which sticks to the edge lies over what is measured
# A frame without script cannot be asked from outside; what it shows has an address of its own, and is walked too.
RULES = {
    "iframes": False,
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
# A mail has no page around it: neither landmarks nor a first heading.
RULES_OF_A_MAIL = {**RULES, "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
# One page, that of the API, has hundreds, all of one make: open, they cost axe as much as thirty pages.
MOST_OPEN = 1_000 if FULL else 12
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
# The header and the closed dialogs are the same on most pages: those that axe has seen, mark for mark, are left out.
COPIED = """async ([words, address]) => {
    const copied = new DOMParser().parseFromString(words, 'text/html').documentElement;
    copied.querySelectorAll('noscript').forEach(part => part.remove());
    window.seen ??= new Set();
    for (const part of copied.querySelectorAll('header.top, dialog:not([open])')) {
        const made = [part, ...part.querySelectorAll('*')].map(each => each.tagName + each.className
            + each.getAttributeNames().filter(name => name.startsWith('aria-')));
        if (seen.has(made.join())) part.remove();
        seen.add(made.join());
    }
    history.replaceState(null, '', address);
    document.documentElement.replaceWith(copied);
    const sheets = [...document.querySelectorAll('link[rel~=stylesheet]')].filter(link => !link.sheet);
    await Promise.all(sheets.map(link => new Promise(done => { link.onload = link.onerror = done })));
}"""


def violations(page: Page) -> list[str]:
    """One line each: the rule and where."""
    page.evaluate(FEWER)
    page.evaluate(DRAWN)
    page.evaluate(AXE_SCRIPT)
    return _found(page)


class WarmAxe:
    """One page of a browser in which axe is warm, in one look: what others show is copied into it.

    Axe takes twice as long on a page where it was just loaded as on one where it has run before.
    """

    def __init__(self, browser: Browser, server: LiveServer, look: Look) -> None:
        width, scheme = look
        self.name = f"{width} px, {scheme}"
        # Without motion, so that colours are measured as they stay and not on their way there. The policy of the page
        # that this one begins with is no other page's.
        context = browser.new_context(
            reduced_motion="reduce", color_scheme=scheme, viewport={"width": width, "height": HEIGHT}, bypass_csp=True
        )
        self.page = context.new_page()
        self.page.goto(f"{server.url}/login/")
        self.page.evaluate(AXE_SCRIPT)

    def violations(self, page: Page) -> list[str]:
        """As `violations`, of what `page` shows now."""
        self.page.evaluate(COPIED, [page.evaluate("document.documentElement.outerHTML"), page.url])
        self.page.evaluate(FEWER)
        self.page.evaluate(DRAWN)
        return _found(self.page)


def _found(page: Page) -> list[str]:
    found = json.loads(page.evaluate(BROKEN_RULES, RULES_OF_A_MAIL if is_mail(page.url) else RULES))
    return [f"{rule['id']} at {', '.join(_said_of(node) for node in rule['nodes'][:3])}" for rule in found]


def is_mail(address: str) -> bool:
    """Whether a page of this address shows a mail as it arrives."""
    return address.endswith("/preview/") and "/mail/" in address


def _said_of(node: dict[str, Any]) -> str:
    """The element and what is wrong with it, as measured."""
    return f"{node['html'][:120]} ({'; '.join(check['message'] for check in node['any'])})"
