"""The forms of a page, as a person and a browser find them, by a reader of its own."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

WORDS = "Ærlig talt: <b>\"7\" & 'no'</b>\nsecond line"


@dataclass
class Control:
    """One that is sent with its form."""

    name: str
    kind: str
    value: str
    is_on: bool = True
    options: list[tuple[str, bool]] = field(default_factory=list)


@dataclass
class Form:
    action: str
    method: str
    form_id: str
    controls: list[Control] = field(default_factory=list)

    def sent(self) -> dict[str, list[str]]:
        """What a browser sends of it as it stands, without its buttons."""
        found: dict[str, list[str]] = {}
        for one in self.controls:
            values = [value for value, is_on in one.options if is_on] if one.kind == "select" else [one.value]
            if one.name and one.kind != "button" and one.is_on:
                found.setdefault(one.name, []).extend(values)
        return found


class Forms(HTMLParser):
    """The forms of a page, by a reader of its own."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._elsewhere: list[tuple[str, Control]] = []
        self._open: Form | None = None
        self._last: Control | None = None
        self.feed(page)
        for form_id, control in self._elsewhere:
            next(form for form in self.forms if form.form_id == form_id).controls.append(control)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        of = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(of.get("action", ""), of.get("method", "get"), of.get("id", ""))
            self.forms.append(self._open)
        elif tag == "option" and self._last:
            self._last.options.append((of.get("value", ""), "selected" in of))
        elif tag in ("input", "textarea", "select", "button"):
            kind = of.get("type", "text") if tag == "input" else tag
            is_on = kind not in ("checkbox", "radio") or "checked" in of
            found = Control(of.get("name", ""), kind, of.get("value", "on" if kind == "checkbox" else ""), is_on)
            if "form" in of:
                self._elsewhere.append((of["form"], found))
            elif self._open:
                self._open.controls.append(found)
            self._last = found if tag in ("textarea", "select") else None

    def handle_data(self, data: str) -> None:
        if self._last and self._last.kind == "textarea":
            self._last.value += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._last:
            self._last.value = self._last.value.removeprefix("\n")
        if tag in ("textarea", "select"):
            self._last = None
        elif tag == "form":
            self._open = None


def forms_on(page: str) -> list[Form]:
    return [form for form in Forms(page).forms if form.method == "post" and form.action != "/logout/"]


def filled_in(form: Form) -> dict[str, list[str]]:
    """As a person fills it in: words, a tick everywhere, the last choice of each list."""
    for one in form.controls:
        if one.kind in ("checkbox", "radio"):
            one.is_on = True
        elif one.kind == "select":
            one.options = [(value, number == len(one.options) - 1) for number, (value, _on) in enumerate(one.options)]
        elif one.kind == "textarea":
            one.value = WORDS
        elif one.kind not in ("hidden", "button", "checkbox", "radio"):
            one.value = f"{WORDS.splitlines()[0]} {one.name}"
    radios = {one.name: one for one in form.controls if one.kind == "radio"}
    for one in form.controls:
        one.is_on = one.is_on and (one.kind != "radio" or radios[one.name] is one)
    sent = form.sent()
    named = [one for one in form.controls if one.kind == "button" and one.name]
    return sent | {one.name: [one.value] for one in named[:1]}
