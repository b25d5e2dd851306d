"""The words of an HTML mail as plain text. Where a link leads is written out, so that no word hides it.

Python's own parser takes quadratic time for marks that are never closed, which a stranger may send; this one is linear.
"""

import html
import re
from collections.abc import Iterator

MOST_SIGNS = 1_000_000
_UNSEEN = {"script", "style", "head", "title", "template", "noscript", "object", "svg"}
_BLOCKS = {
    "address", "article", "aside", "blockquote", "center", "dd", "div", "dl", "dt", "fieldset", "figure", "footer",
    "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section",
    "table", "tr", "ul",
}  # fmt: skip
_APART = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote"}  # with an empty line around
_MARK = re.compile(r"<(?:(/?)([A-Za-z][A-Za-z0-9:-]*)([^<>]*)|[!?][^<>]*)>")
_HREF = re.compile(r"""(?i)\bhref\s*=\s*(?:"([^"]*)|'([^']*)|([^\s"'>]+))""")
_SPACES = re.compile(r"[ \t\r\n\f]+")
_QUOTED_AS = "> "
_DEEPEST = 9


def text_of(document: str) -> str:
    """The words of an HTML document, line by line; what stands in a blockquote begins with "> "."""
    words = _Words()
    for tag, is_end, rest in _marks(_without_comments(document[:MOST_SIGNS])):
        if not tag:
            words.add(rest)
        elif is_end:
            words.end(tag)
        else:
            words.begin(tag, rest)
    words.end_line()
    return re.sub(r"\n{3,}", "\n\n", "\n".join(words.lines)).strip()


def _without_comments(document: str) -> str:
    kept, at = [], 0
    while (begins := document.find("<!--", at)) >= 0 and (ends := document.find("-->", begins + 4)) >= 0:
        kept.append(document[at:begins])
        at = ends + 3
    return "".join([*kept, document[at:]])


def _marks(document: str) -> Iterator[tuple[str, bool, str]]:
    """(tag in lower case, whether it ends, its attributes), and ("", False, text) between them; nothing unseen."""
    lower, at = document.lower(), 0
    never_end: set[str] = set()
    while (found := _MARK.search(document, at)) is not None:
        yield "", False, document[at : found.start()]
        at = found.end()
        tag = (found[2] or "").lower()
        if tag in _UNSEEN and not found[1] and tag not in never_end:
            ends = lower.find(f"</{tag}", at)
            if ends >= 0:
                at = ends
            else:
                never_end.add(tag)
        elif tag:
            yield tag, bool(found[1]), found[3]
    yield "", False, document[at:]


class _Words:
    """Collects lines; `quote` counts the blockquotes that one stands in."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._line: list[str] = []
        self._quote = 0
        self._link, self._link_at = "", 0

    def begin(self, tag: str, attributes: str) -> None:
        """A tag begins."""
        if tag == "br":
            self.end_line()
        elif tag in _BLOCKS:
            self._block(tag)
            if tag == "blockquote":
                self._quote += 1
            elif tag == "li":
                self._line = ["- "]
        elif tag in ("td", "th"):
            self._line.append(" ")
        elif tag == "a":
            href = _HREF.search(attributes[:4000])
            self._link = html.unescape(next(filter(None, href.groups()), "")).strip() if href else ""
            self._link_at = len(self._line)

    def end(self, tag: str) -> None:
        """A tag ends."""
        if tag in _BLOCKS:
            self._block(tag)
            if tag == "blockquote":
                self._quote = max(0, self._quote - 1)
        elif tag == "a":
            self._end_link()

    def add(self, text: str) -> None:
        """Words between tags."""
        if text:
            self._line.append(_SPACES.sub(" ", html.unescape(text)))

    def end_line(self) -> None:
        """What was collected is a line."""
        words = re.sub(" {2,}", " ", "".join(self._line)).strip(" ")
        self._line = []
        self.lines.append(f"{_QUOTED_AS * min(self._quote, _DEEPEST)}{words}".rstrip(" "))

    def _block(self, tag: str) -> None:
        if any(not part.isspace() for part in self._line if part):
            self.end_line()
        self._line = []
        if tag in _APART and self.lines and self.lines[-1].strip("> "):
            self.lines.append((_QUOTED_AS * min(self._quote, _DEEPEST)).rstrip(" "))

    def _end_link(self) -> None:
        address, self._link = self._link, ""
        if not address.lower().startswith(("http://", "https://")):
            return
        if "".join(self._line[self._link_at :]).strip() != address:
            self._line.append(f" <{address[:2000]}>")
