"""Fill in one form of an HTML page, as a browser would show it after "back".

The page is read as HTML, whatever drew it, so that no view has to know how to show its form again.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from urllib.parse import urlsplit

from nps_project.web.kept_forms.keeping import is_secret
from nps_project.web.kept_forms.readers import TOKEN_FIELD

# Hidden fields that do not say which of several forms it is.
_OF_A_PAGE = frozenset({"submission", "seen", "query", "next"})
_LEFT_AS_DRAWN = frozenset({TOKEN_FIELD, "next"})
_NO_TEXT = frozenset({"hidden", "password", "file", "submit", "button", "image", "reset"})
_NO_WORDS = frozenset({"on", "yes", "no", "true", "false"})

Attributes = dict[str, str | None]


@dataclass(slots=True)
class _Tag:
    """One start tag: where it stands in the page, and what it says."""

    name: str
    start: int
    end: int
    attributes: Attributes

    def drawn(self, **changes: str | bool) -> str:
        """The tag with other attributes: False takes one away, True gives one without a value."""
        given: dict[str, str | None | bool] = {**self.attributes, **changes}
        parts = [
            name if value is True or value is None else f'{name}="{escape(str(value))}"'
            for name, value in given.items()
            if value is not False
        ]
        return f"<{' '.join([self.name, *parts])}>"


@dataclass(slots=True)
class _Control:
    tag: _Tag
    content_end: int = 0  # of a textarea
    options: list[tuple[_Tag, str]] = field(default_factory=list)  # of a select, with their text

    @property
    def name(self) -> str:
        return self.tag.attributes.get("name") or ""

    @property
    def kind(self) -> str:
        return (self.tag.attributes.get("type") or "text").lower() if self.tag.name == "input" else self.tag.name

    @property
    def value(self) -> str:
        default = "on" if self.kind in ("checkbox", "radio") else ""
        return self.tag.attributes.get("value") or default


@dataclass(slots=True)
class _Form:
    tag: _Tag
    around: list[_Tag]  # what may be closed around it: details and panels
    controls: list[_Control] = field(default_factory=list)


class _Page(HTMLParser):
    """Finds the forms of a page with their controls, also those that name their form, and where the content begins."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.html = html
        self.forms: list[_Form] = []
        self.content_start = 0
        self._line_starts = [0]
        for line in html.split("\n"):  # as HTMLParser counts: what a customer typed may have other ends of lines
            self._line_starts.append(self._line_starts[-1] + len(line) + 1)
        self._around: list[_Tag] = []
        self._form: _Form | None = None
        self._control: _Control | None = None
        self._elsewhere: list[tuple[str, _Control]] = []
        self.feed(html)
        self.close()
        for form_id, control in self._elsewhere:
            for form in self.forms:
                if form.tag.attributes.get("id") == form_id:
                    form.controls.append(control)

    def _here(self) -> int:
        line, column = self.getpos()
        return self._line_starts[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        start = self._here()
        found = _Tag(tag, start, start + len(self.get_starttag_text() or ""), dict(attrs))
        if tag == "main":
            self.content_start = found.end
        elif tag in ("details", "section"):
            self._around.append(found)
        elif tag == "form":
            self._form = _Form(found, list(self._around))
            self.forms.append(self._form)
        elif tag in ("input", "textarea", "select", "button"):
            self._add(_Control(found))
        elif tag == "option" and self._control is not None:
            self._control.options.append((found, ""))

    def _add(self, control: _Control) -> None:
        elsewhere = control.tag.attributes.get("form")
        if elsewhere:
            self._elsewhere.append((elsewhere, control))
        elif self._form is not None:
            self._form.controls.append(control)
        if control.tag.name in ("textarea", "select"):
            self._control = control

    def handle_endtag(self, tag: str) -> None:
        if tag in ("details", "section") and self._around:
            self._around.pop()
        elif tag == "form":
            self._form = None
        elif tag in ("textarea", "select") and self._control is not None:
            self._control.content_end = self._here()
            self._control = None

    def handle_data(self, data: str) -> None:
        if self._control is not None and self._control.options:
            option, text = self._control.options[-1]
            self._control.options[-1] = (option, text + data)


@dataclass(frozen=True, slots=True)
class Filled:
    """The page, and what is to be said on it."""

    html: str
    content_start: int  # where the page's content begins, also after the filling
    is_found: bool  # whether the form is on the page
    has_words: bool  # whether something typed stands in it
    left: list[str]  # words that found no place


def fill(html: str, *, address: str, sent_to: str, fields: dict[str, list[str]]) -> Filled:
    """The page of `address` with the form filled in that was sent to this path; `fields` as they were sent."""
    page = _Page(html)
    form = next((one for one in page.forms if _is_it(one, address, sent_to, fields)), None)
    if form is None:
        return Filled(html, page.content_start, False, False, _words(fields))
    edits: list[tuple[int, int, str]] = []
    rest = {name: list(values) for name, values in fields.items()}
    typed: list[_Control] = []
    for control in form.controls:
        found = list(_edits(control, fields, rest))
        edits += [edit for edit, _is_typed in found]
        if any(is_typed for _edit, is_typed in found):
            typed.append(control)
    edits += [(tag.start, tag.end, _opened(tag)) for tag in form.around]
    edits = _with_focus(edits, typed[0] if typed else _button(form, fields))
    hidden = {control.name for control in form.controls if control.kind in (*_NO_TEXT, "button")}
    left = _words({name: values for name, values in rest.items() if name not in hidden})
    moved = sum(len(text) - (end - start) for start, end, text in edits if start < page.content_start)
    for start, end, text in sorted(edits, reverse=True):
        html = html[:start] + text + html[end:]
    return Filled(html, page.content_start + moved, True, bool(typed), left)


def _is_it(form: _Form, address: str, sent_to: str, fields: dict[str, list[str]]) -> bool:
    """Sent to this path, and of this step, promise or customer: what it says hidden, or by its buttons, was sent."""
    if (form.tag.attributes.get("method") or "").lower() != "post":
        return False
    if (urlsplit(form.tag.attributes.get("action") or "").path or address) != sent_to:
        return False
    own = [control for control in form.controls if control.name]
    hidden = [control for control in own if control.kind == "hidden" and not is_secret(control.name)]
    if any(
        control.value not in fields.get(control.name, ())
        for control in hidden
        if control.name not in _OF_A_PAGE and control.name != TOKEN_FIELD
    ):
        return False
    pressed = [control for control in own if control.kind == "button" and control.name in fields]
    return not pressed or any(control.value in fields[control.name] for control in pressed)


def _edits(
    control: _Control, fields: dict[str, list[str]], rest: dict[str, list[str]]
) -> Iterator[tuple[tuple[int, int, str], bool]]:
    """What changes in the page, each with whether it is something that was typed or chosen; used up in `rest`."""
    tag, name = control.tag, control.name
    values = rest.get(name, [])
    if not name or is_secret(name) or name in _LEFT_AS_DRAWN:
        return
    if control.kind in ("checkbox", "radio"):
        is_on = control.value in fields.get(name, ())
        if is_on and control.value in values:
            values.remove(control.value)
        was_on = "checked" in tag.attributes
        yield (tag.start, tag.end, tag.drawn(checked=is_on)), is_on and not was_on
    elif control.kind == "select":
        for option, text in control.options:
            value = option.attributes.get("value")
            value = text.strip() if value is None else value
            is_on = value in fields.get(name, ())
            if is_on and value in values:
                values.remove(value)
            was_on = "selected" in option.attributes
            yield (option.start, option.end, option.drawn(selected=is_on)), is_on and not was_on and bool(value)
    elif control.kind == "textarea" and values:
        text = values.pop(0)
        yield (tag.end, control.content_end, "\n" + escape(text)), bool(text.strip())
    elif (control.kind not in _NO_TEXT or (control.kind == "hidden" and name in _OF_A_PAGE)) and values:
        text = values.pop(0)
        yield (tag.start, tag.end, tag.drawn(value=text)), control.kind != "hidden" and text != control.value


def _opened(tag: _Tag) -> str:
    """What was closed around the form is open."""
    if tag.name == "details":
        return tag.drawn(open=True)
    classes = (tag.attributes.get("class") or "").split()
    return tag.drawn(**{"class": " ".join([*classes, "is-open"])}) if "panel" in classes else tag.drawn()


def _button(form: _Form, fields: dict[str, list[str]]) -> _Control | None:
    """The one that was pressed, else the first."""
    buttons = [control for control in form.controls if control.kind in ("button", "submit")]
    pressed = [one for one in buttons if one.name and one.value in fields.get(one.name, ())]
    return next(iter([*pressed, *buttons]), None)


def _with_focus(edits: list[tuple[int, int, str]], control: _Control | None) -> list[tuple[int, int, str]]:
    """The browser goes to what was typed first."""
    if control is None:
        return edits
    tag = control.tag
    mine = next((edit for edit in edits if edit[:2] == (tag.start, tag.end)), (tag.start, tag.end, tag.drawn()))
    others = [edit for edit in edits if edit[:2] != mine[:2]]
    return [*others, (mine[0], mine[1], f"{mine[2][:-1]} autofocus>")]


def _words(fields: dict[str, list[str]]) -> list[str]:
    """What a person would miss: no ids, tokens and ticks."""
    return [
        value.strip()
        for name, values in fields.items()
        if name not in (*_OF_A_PAGE, TOKEN_FIELD)
        for value in values
        if any(sign.isalpha() for sign in value) and value not in _NO_WORDS
    ]
