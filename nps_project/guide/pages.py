"""Read the guide's files and make pages of them: a heading is an anchor, raw HTML is text, a picture is our own."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from markdown_it import MarkdownIt
from markdown_it.token import Token

FOLDER = settings.BASE_DIR / "docs"
_FIRST = (
    "manager",
    "asking",
    "admin",
    "clocks",
    "promise",
    "privacy",
    "insight",
    "recovery",
    "causes",
    "trials",
    "statistics",
    "glossary",
    "operate",
    "security",
    "api",
    "architecture",
)
_OTHER_PAGE = re.compile(r"([a-z-]+)\.md(#[\w-]+)?")
_PICTURE = re.compile(r"pictures/([a-z0-9-]+\.png)")


@dataclass(frozen=True, slots=True)
class Section:
    """A heading below the first."""

    title: str
    anchor: str


@dataclass(frozen=True, slots=True)
class GuidePage:
    """One page of the guide; `html` is safe to show."""

    name: str
    title: str
    html: str
    sections: Sequence[Section]
    anchors: frozenset[str]


@cache
def names() -> tuple[str, ...]:
    """The pages in their order: those for everybody first."""
    there = {path.stem for path in FOLDER.glob("*.md")}
    return (*(name for name in _FIRST if name in there), *sorted(there - set(_FIRST)))


@cache
def page(name: str) -> GuidePage | None:
    """The page of this name; None for one that is not there. It is read once."""
    if name not in names():
        return None
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse((FOLDER / f"{name}.md").read_text("utf-8"))
    headings = list(_with_anchors(tokens))
    for token in tokens:
        _set_up(token)
        for child in token.children or ():
            _set_up(child)
    html = parser.renderer.render(tokens, parser.options, {})
    html = html.replace("<table ", '<div class="table-wrap" tabindex="0"><table ').replace("</table>", "</table></div>")
    html = html.replace("<pre>", '<pre tabindex="0">')  # it scrolls sideways: by keyboard, too
    title = next((words for level, words, _anchor in headings if level == 1), name)
    sections = tuple(Section(words, anchor) for level, words, anchor in headings if level == 2)
    return GuidePage(name, title, html, sections, frozenset(anchor for _level, _words, anchor in headings))


@cache
def titles() -> tuple[tuple[str, str], ...]:
    """(name, title) of each page."""
    return tuple((name, found.title) for name in names() if (found := page(name)))


def anchor_of(heading: str, taken: set[str]) -> str:
    """The anchor of a heading, as repository hosts make it too; a second one of the same words gets a number."""
    plain = re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")
    found, number = plain, 0
    while found in taken:
        number += 1
        found = f"{plain}-{number}"
    taken.add(found)
    return found


def _with_anchors(tokens: Sequence[Token]) -> Iterator[tuple[int, str, str]]:
    """Give each heading its anchor. Yields: (level, words, anchor)."""
    taken: set[str] = set()
    for token, inside in zip(tokens, tokens[1:], strict=False):
        if token.type == "heading_open":
            words = "".join(child.content for child in inside.children or ())
            anchor = anchor_of(words, taken)
            token.attrSet("id", anchor)
            yield int(token.tag[1:]), words, anchor


def _set_up(token: Token) -> None:
    """Lead links to the served pages, and pictures to ours; what neither is has no address."""
    if token.type == "link_open":
        href = str(token.attrGet("href") or "")
        if found := _OTHER_PAGE.fullmatch(href):
            token.attrSet("href", f"/docs/{found[1]}/{found[2] or ''}")
        elif href.startswith("https://"):
            token.attrSet("rel", "noopener noreferrer")
        elif not href.startswith("#"):
            token.attrs.pop("href", None)
    elif token.type == "image":
        found = _PICTURE.fullmatch(str(token.attrGet("src") or ""))
        token.attrSet("src", f"/docs/pictures/{found[1]}" if found else "")
        token.attrSet("loading", "lazy")
    elif token.type == "table_open":
        token.attrSet("class", "table")
