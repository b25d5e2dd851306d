"""Templates are written one element a line, for people and their diffs, and compacted once, when they are loaded.

The rule that authors can rely on, for .html files in the project's own templates/ (plain text is left as it is):

- Between two pieces of markup (an HTML tag, {% a tag %}, {{ a variable }}, a comment) a line break and the spaces
  around it are nothing. So are those at the beginning and at the end of a file.
- Beside words, and inside an HTML tag, a line break and the spaces around it are one space.
- Where a space between two pieces of markup is meant, it stands in one line with both of them, as in
  `{{ name }} <span class="quiet">`. Where both would be too much for one line, {# space #} begins the next one:
  `{# space #} <span class="quiet">`. Every other character is kept.
- Inside <pre>, <textarea>, <script>, <style>, {% blocktranslate %} and {% verbatim %} nothing changes. An element that
  keeps its white space begins and ends in one file.

Serving costs nothing for it. Where Django names a line of a template in an error, it counts in the compacted text.
"""

import re

from django.template import Origin
from django.template.loaders import filesystem

_CODE = r"\{%.*?%\}|\{\{.*?\}\}|\{\#.*?\#\}"
_ATTRIBUTES = rf"""(?: {_CODE} | "(?:{_CODE}|[^"])*" | '(?:{_CODE}|[^'])*' | [^>"'] )*"""
_MARKUP = re.compile(
    rf"""
    (?P<block> \{{% \s* (?P<name>blocktranslate|blocktrans|comment|verbatim) \b .*? \{{% \s* end(?P=name) .*? %\}} )
    | (?P<tag> </? (?: (?P<raw>pre|textarea|script|style)\b | [a-z] ) {_ATTRIBUTES} > )
    | (?P<code> {_CODE} | <!.*?> )
    """,
    re.DOTALL | re.VERBOSE | re.IGNORECASE,
)
_LINE_BREAK = re.compile(r"[ \t]*\n\s*")
_BEFORE_THE_END = re.compile(r"\s*\n\s*(?=/?>\Z)")


def compact(source: str) -> str:
    """The same template without the line breaks and the indentation that only its file needs."""
    parts: list[str] = []
    at = 0
    while found := _MARKUP.search(source, at):
        parts.append(_between(source[at : found.start()], is_first=at == 0))
        at = found.end()
        if found["tag"] is None:
            parts.append(found[0])
            continue
        parts.append(_LINE_BREAK.sub(" ", _BEFORE_THE_END.sub("", found[0])))
        if found["raw"] and not found[0].startswith("</"):
            closing = re.compile(rf"</{found['raw']}\s*>", re.IGNORECASE).search(source, at)
            until = closing.start() if closing else len(source)
            parts.append(source[at:until])
            at = until
    parts.append(_between(source[at:], is_last=True, is_first=at == 0))
    return "".join(parts)


def _between(text: str, *, is_first: bool = False, is_last: bool = False) -> str:
    """What stands between two pieces of markup: nothing, if it is only a line break and its indentation."""
    if text.isspace() and "\n" in text:
        return ""
    if is_first:
        text = re.sub(r"\A\s*\n\s*", "", text)
    if is_last:
        text = re.sub(r"\s*\n\s*\Z", "", text)
    return _LINE_BREAK.sub(" ", text)


class Loader(filesystem.Loader):
    """The project's own templates, compacted. Stands inside Django's cached loader, so each file is read once."""

    def get_contents(self, origin: Origin) -> str:
        """The compacted text of an .html file; any other as it stands. Raises: TemplateDoesNotExist."""
        contents = super().get_contents(origin)
        return compact(contents) if origin.name.endswith(".html") else contents
