"""Find words in templates that a person reads and that no translation can reach.

Looks at visible text and at the attributes that are read aloud, outside {% translate %} and {% blocktranslate %}.
Prints `file:line: text`, one a line; exit 1 if any. `untranslated_words.txt` lists the names that stay as they are.
"""

import re
import sys
from html.parser import HTMLParser
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ALLOWED = Path(__file__).with_name("untranslated_words.txt")
READ_ALOUD = {"alt", "title", "placeholder", "aria-label", "aria-description", "aria-roledescription", "aria-valuetext"}
_TEMPLATE_CODE = re.compile(
    r"\{%-?\s*(blocktranslate|blocktrans|comment)\b.*?\{%-?\s*end\1\s*%\}|"
    r"\{% block \w*class %\}.*?\{% endblock %\}|"  # names for the stylesheet
    r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}",
    re.DOTALL,
)


class _Reader(HTMLParser):
    """Collects (line, text) of what is seen or read aloud."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[int, str]] = []
        self._hidden = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "style"}:
            self._hidden = tag
        given = dict(attrs)
        read = set(READ_ALOUD)
        if given.get("name") == "description":
            read.add("content")
        if tag == "input" and given.get("type") in {"submit", "button", "reset"}:
            read.add("value")
        self.found += [(self.getpos()[0], given[name] or "") for name in given if name in read]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self._hidden = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == self._hidden:
            self._hidden = ""

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            before = data[: len(data) - len(data.lstrip())]
            self.found.append((self.getpos()[0] + before.count("\n"), data))


def untranslated(template: str, allowed: set[str]) -> list[tuple[int, str]]:
    """(line, text) of each stretch of words left in a template once its code and the allowed names are taken out."""
    reader = _Reader()
    reader.feed(_TEMPLATE_CODE.sub(lambda code: "\n" * code[0].count("\n"), template))
    reader.close()
    names = sorted(map(re.escape, allowed), key=len, reverse=True)
    name = re.compile(rf"(?<!\w)(?:{'|'.join(names)})(?!\w)") if names else re.compile(r"(?!)")
    return [(line, " ".join(text.split())) for line, text in reader.found if any(map(str.isalpha, name.sub("", text)))]


def main() -> int:
    lines = ALLOWED.read_text("utf-8").splitlines()
    allowed = {line.strip() for line in lines if line.strip() and not line.startswith("#")}
    faults = [
        f"{path.relative_to(ROOT)}:{line}: {text!r} is not translated"
        for folder in ("templates", "surveys/templates", "followup/templates", "nps_project/templates")
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in {".html", ".txt"}
        for line, text in untranslated(path.read_text("utf-8"), allowed)
    ]
    if faults:
        print(*faults, sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
