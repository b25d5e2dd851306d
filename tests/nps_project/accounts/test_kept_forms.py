"""A form that is sent while its sender is signed out: what was typed is kept, and shown again to the same person."""

import re
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.test import Client

from followup.models import Activity, Ticket
from nps_project.accounts.models import Session, User
from nps_project.web.kept_forms import keeping, store
from nps_project.web.kept_forms.middleware import TAKEN_COOKIE as COOKIE
from tests.addresses import make_world, routes
from tests.factories import make_contact, make_survey, make_ticket, make_user
from tests.page_forms import WORDS, Form, filled_in, forms_on

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough password"
NOT_STAFFS = ("unsubscribe/", "case/", "s/", "r/", "t/", "login/", "api/", "healthz", "readyz", "metrics")


def browser(email: str) -> Client:
    """Signed in by hand; its tokens are checked."""
    client = Client(enforce_csrf_checks=True)
    sign_in(client, email)
    return client


def sign_in(client: Client, email: str, address: str = "/login/") -> Any:
    page = client.get(address).content.decode()
    (form,) = forms_on(page)
    return client.post("/login/", form.sent() | {"email": [email], "password": [PASSWORD]}, follow=True)


def end_sessions() -> None:
    Session.objects.all().delete()


def send(client: Client, page: str, form: Form, fields: dict[str, list[str]]) -> Any:
    return client.post(form.action or page, fields, headers={"referer": f"http://testserver{page}"})


def form_to(client: Client, page: str, action: str) -> Form:
    return next(form for form in forms_on(client.get(page).content.decode()) if form.action.endswith(action))


@pytest.fixture
def bea() -> User:
    return make_user("bea")


@pytest.fixture
def ticket() -> Ticket:
    return make_ticket(make_survey(), 2, contact=make_contact(1))


Found = list[tuple[int, Form]]  # the forms of one page, each with its number there


def staffs_forms(client: Client) -> Iterator[tuple[str, Found]]:
    """Every form that staff can send, found from the URL configuration: its page as it was just read, and its forms."""
    world, seen = make_world(), set[str]()
    for route in routes():
        if route.startswith(NOT_STAFFS) or "." in route:  # a page of others, or a file to take away
            continue
        for page in world.pages.get(route, ()):
            answer = client.get(page)
            if answer.status_code != 200 or "text/html" not in answer["Content-Type"]:
                continue
            found: Found = []
            for number, form in enumerate(forms_on(answer.content.decode())):
                name = re.sub(r"\d+", "0", form.action or page) + ",".join(sorted(one.name for one in form.controls))
                if page.endswith("/preview/") and "score" in [one.name for one in form.controls]:
                    continue  # the customer's, which sends nothing there
                if name not in seen and form.form_id != "here":  # which a script sends
                    seen.add(name)
                    found.append((number, form))
            if found:
                yield page, found


def as_many_as_are_kept(client: Client, page: str, found: Found) -> Iterator[list[Form]]:
    """The forms of a page, as many at once as are kept of one person: what is kept later is read again before."""
    for first in range(0, len(found), store.MOST_FORMS):
        part = found[first : first + store.MOST_FORMS]
        forms = dict(enumerate(forms_on(client.get(page).content.decode()))) if first else dict(part)
        yield [forms[number] for number, _form in part]


def test_every_form_of_staff_is_there_again_as_it_was_sent() -> None:
    """A new form is tried as soon as its page has a route in tests/addresses.py, which a test of its own asks for."""
    eve = make_user("eve", "admin")
    client = browser(eve.email)
    tried: list[Form] = []
    faults: list[str] = []
    for page, found in staffs_forms(client):
        for forms in as_many_as_are_kept(client, page, found):
            faults += faults_of_keeping(client, eve, page, forms)
            tried += forms
    assert not faults, "\n".join(faults)
    assert len(tried) >= 50
    secrets_are_known(tried)


def faults_of_keeping(client: Client, person: User, page: str, forms: list[Form]) -> list[str]:
    """Send these forms of a page signed out, sign in, and look whether each is there again as it was sent."""
    faults = []
    end_sessions()
    kept: list[tuple[Form, dict[str, list[str]], str]] = []
    for form in forms:
        fields = filled_in(form)
        answer = send(client, page, form, fields)
        assert answer.status_code == 302, f"{page} {form.action}"
        kept.append((form, fields, answer["Location"]))
    shown = sign_in(client, person.email, kept[-1][2])  # which leads to the last; the others are opened from there
    for form, fields, location in kept:
        where = f"{page} {form.action}"
        wanted = parse_qs(urlsplit(location).query)["next"][0]
        assert wanted.partition("?kept=")[0].partition("&kept=")[0] == page, where
        again = (shown if location == kept[-1][2] else client.get(wanted)).content.decode()
        expected = {name: values for name, values in fields.items() if not keeping.is_secret(name)}
        not_filled = (one.name for one in form.controls if one.kind in ("button", "file"))  # by no page
        left_out = ("csrfmiddlewaretoken", "next", *not_filled)
        fits = [
            one
            for one in forms_on(again)
            if (one.action or page) == (form.action or page)
            and all(one.sent().get(name) == values for name, values in expected.items() if name not in left_out)
        ]
        if not fits or "has no place" in again or "any more" in again:
            faults.append(f"{where}: {expected}")
        if any(PASSWORD in value or WORDS[:10] in value for one in fits for value in _secrets(one)):
            faults.append(f"{where}: a secret was kept")
        assert "autofocus" in again, where
        assert 'class="alert kept"' in again, where
    return faults


def _secrets(form: Form) -> list[str]:
    return [one.value for one in form.controls if one.kind == "password" or keeping.is_secret(one.name)]


def secrets_are_known(tried: list[Form]) -> None:
    """Every field that hides what is typed is known as a secret, and no other."""
    hiding = [
        one.name for form in tried for one in form.controls if one.kind == "password" or one.name in ("code", "key")
    ]
    assert len(hiding) >= 3
    assert all(keeping.is_secret(name) for name in hiding), hiding
    assert not any(keeping.is_secret(name) for name in ("text", "root_cause", "note", "is_shared", "name_en"))


def note_in_vain(client: Client, ticket: Ticket, words: str = WORDS) -> str:
    """Send a note when the session is over. Returns: the address of the sign-in."""
    page = f"/desk/tickets/{ticket.pk}/"
    form = form_to(client, page, "/notes/")
    end_sessions()
    return str(send(client, page, form, form.sent() | {"text": [words]})["Location"])


def note_on(page: str) -> str:
    """What stands in the field of the note."""
    form = next(form for form in forms_on(page) if form.action.endswith("/notes/"))
    return form.sent()["text"][0]


def test_what_is_shown_again_is_sent_by_a_person_and_then_forgotten(bea: User, ticket: Ticket) -> None:
    client = browser(bea.email)
    sign_in_page = note_in_vain(client, ticket)
    assert "What you typed is kept for an hour" in client.get(sign_in_page).content.decode()
    shown = sign_in(client, bea.email, sign_in_page)
    address = shown.request["PATH_INFO"] + "?" + shown.request["QUERY_STRING"]
    again = client.get(address)  # a reload
    for page in (shown.content.decode(), again.content.decode()):
        assert note_on(page) == WORDS
        assert 'class="panel is-open" id="notes"' in page
        assert "Nothing is saved yet." in page
    assert not Activity.objects.filter(kind="note").exists()
    form = next(form for form in forms_on(shown.content.decode()) if form.action.endswith("/notes/"))
    for _click in range(2):
        assert send(client, address, form, form.sent()).status_code == 303
    assert Activity.objects.filter(kind="note").count() == 1
    assert note_on(client.get(address).content.decode()) == ""


def test_it_is_found_on_a_page_whose_text_has_other_ends_of_lines(bea: User) -> None:
    """A customer may type them, and would move everything that is put into the page."""
    ticket = make_ticket(make_survey(), 2, "late\u2028again\u2029and\x85again\x0b\x0c\x1c", contact=make_contact(1))
    client = browser(bea.email)
    shown = sign_in(client, bea.email, note_in_vain(client, ticket)).content.decode()
    assert "\u2028" in shown
    assert note_on(shown) == WORDS
    assert 'class="panel is-open" id="notes"' in shown


def test_a_ticket_that_changed_meanwhile_is_noticed_on_the_form_that_is_shown_again(bea: User, ticket: Ticket) -> None:
    client, page = browser(bea.email), f"/desk/tickets/{ticket.pk}/"
    form = form_to(client, page, "/wait/")
    fields = form.sent() | {"until": ["2100-01-01T10:00"], "reason": ["On holiday"]}
    end_sessions()
    answer = send(client, page, form, fields)
    other = browser(make_user("jonas").email)
    theirs = form_to(other, page, "/notes/")
    assert send(other, page, theirs, theirs.sent() | {"text": ["They called."]}).status_code == 303
    shown = sign_in(client, bea.email, answer["Location"]).content.decode()
    again = next(form for form in forms_on(shown) if form.action.endswith("/wait/"))
    assert (again.sent()["seen"], again.sent()["submission"]) == (fields["seen"], fields["submission"])


def test_another_person_and_another_browser_get_nothing(bea: User, ticket: Ticket) -> None:
    client = browser(bea.email)
    sign_in_page = note_in_vain(client, ticket)
    make_user("jonas")
    copy = Client(enforce_csrf_checks=True)
    copy.cookies.load({name: one.value for name, one in client.cookies.items()})
    pages = [
        sign_in(copy, "jonas@example.com", sign_in_page),  # at the same desk
        sign_in(Client(enforce_csrf_checks=True), bea.email, sign_in_page),  # at another
    ]
    for page in pages:
        assert page.status_code == 200
        assert note_on(page.content.decode()) == ""
        assert 'class="alert kept"' not in page.content.decode()
    assert note_on(sign_in(client, bea.email, sign_in_page).content.decode()) == WORDS


def test_a_form_that_was_read_before_signing_in_again_is_kept(bea: User, ticket: Ticket) -> None:
    client, page = browser(bea.email), f"/desk/tickets/{ticket.pk}/"
    form = form_to(client, page, "/notes/")
    client.post("/logout/", form_to(client, page, "/notes/").sent())
    sign_in(client, bea.email)  # in another tab
    refused = send(client, page, form, form.sent() | {"text": [WORDS]})
    told = refused.content.decode()
    assert refused.status_code == 403
    assert "<h1>What you typed is kept.</h1>" in told
    (button,) = re.findall(r'<a class="button" href="([^"]+)">Show the form again</a>', told)
    assert note_on(client.get(button).content.decode()) == WORDS
    assert not Activity.objects.filter(kind="note").exists()
    client.post("/logout/", form_to(client, page, "/notes/").sent())
    refused = send(client, page, form, form.sent() | {"text": [WORDS]})  # signed out again, with the older token
    (button,) = re.findall(r'<a class="button" href="([^"]+)">Sign in and go on</a>', refused.content.decode())
    sign_in_page = client.get(button)["Location"]
    assert note_on(sign_in(client, bea.email, sign_in_page).content.decode()) == WORDS


def test_a_colleagues_form_is_not_taken_for_ones_own(bea: User, ticket: Ticket) -> None:
    client, page = browser(bea.email), f"/desk/tickets/{ticket.pk}/"
    form = form_to(client, page, "/notes/")
    client.post("/logout/", form.sent())
    jonas = make_user("jonas")
    sign_in(client, jonas.email)
    refused = send(client, page, form, form.sent() | {"text": [WORDS]})
    assert refused.status_code == 403
    assert "Somebody else is signed in here now." in refused.content.decode()
    assert "kept=" not in refused.content.decode()
    assert not store.client().exists(f"winback:kept:{bea.pk}", f"winback:kept:{jonas.pk}")


def test_a_second_tab_with_the_sign_in_goes_on_to_what_it_was_for(bea: User, ticket: Ticket) -> None:
    client = browser(bea.email)
    sign_in_page = note_in_vain(client, ticket)
    (second,) = forms_on(client.get(sign_in_page).content.decode())
    sign_in(client, bea.email)
    refused = client.post("/login/", second.sent() | {"email": [bea.email], "password": [PASSWORD]})
    told = refused.content.decode()
    assert (refused.status_code, "<h1>You are signed in already.</h1>" in told) == (403, True)
    (button,) = re.findall(r'<a class="button" href="([^"]+)">Go on</a>', told)
    assert note_on(client.get(button).content.decode()) == WORDS
    evil = client.post("/login/", second.sent() | {"next": ["https://evil.example/"]}).content.decode()
    assert "evil.example" not in evil


def test_words_whose_form_is_gone_are_shown_as_words(bea: User, ticket: Ticket) -> None:
    client, page = browser(bea.email), f"/desk/tickets/{ticket.pk}/"
    form = form_to(client, page, "/attempts/")
    end_sessions()
    answer = send(client, page, form, form.sent() | {"result": ["reached"], "note": ["Spoke <i>long</i> with them"]})
    Ticket.objects.filter(pk=ticket.pk).update(status="resolved", resolved_at=ticket.opened_at, outcome="kept")
    shown = sign_in(client, bea.email, answer["Location"]).content.decode()
    assert "the form that you sent is not on this page any more" in shown
    assert "Spoke &lt;i&gt;long&lt;/i&gt; with them" in shown


@pytest.mark.parametrize(
    "referer",
    ["", "https://evil.example/desk/", "http://testserver//evil.example/", "http://testserver/login/?next=//evil.example",
     "http://[", "http://testserver/desk/tickets/{pk}/notes/", "http://testserver/nothing/"],
)  # fmt: skip
def test_without_a_page_of_this_site_it_comes_back_at_the_page_above(bea: User, ticket: Ticket, referer: str) -> None:
    """Also when the form stood on a refusal, at an address that only takes forms."""
    client, page = browser(bea.email), f"/desk/tickets/{ticket.pk}/"
    form = form_to(client, page, "/notes/")
    end_sessions()
    headers = {"referer": referer.format(pk=ticket.pk)}
    answer = client.post(form.action, form.sent() | {"text": [WORDS]}, headers=headers)
    wanted = parse_qs(urlsplit(answer["Location"]).query)["next"][0]
    assert wanted.startswith(form.action)
    shown = sign_in(client, bea.email, answer["Location"])
    assert shown.request["PATH_INFO"] == page
    assert note_on(shown.content.decode()) == WORDS


def test_what_is_kept_is_bounded_in_time_number_and_size(bea: User, ticket: Ticket) -> None:
    client = browser(bea.email)
    addresses = []
    for number in range(store.MOST_FORMS + 1):
        addresses.append(note_in_vain(client, ticket, f"{WORDS} {number}"))
        sign_in(client, bea.email)
    pages = [client.get(parse_qs(urlsplit(one).query)["next"][0]).content.decode() for one in addresses]
    assert [note_on(page)[-1:] for page in pages] == ["", *"12345"]
    with time_machine.travel(time.time() + store.KEPT_FOR_S + 1):
        assert store.find(bea.pk, keeping.token_in(parse_qs(urlsplit(addresses[-1]).query)["next"][0])) is None
    assert 0 < store.client().ttl(f"winback:kept:{bea.pk}") <= store.KEPT_FOR_S
    assert "kept" not in note_in_vain(client, ticket, "a" * store.MOST_BYTES)


def test_without_the_store_the_sign_in_leads_to_the_forms_page(bea: User, ticket: Ticket, settings: Any) -> None:
    client = browser(bea.email)
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert note_in_vain(client, ticket) == f"/login/?next=%2Fdesk%2Ftickets%2F{ticket.pk}%2F"
    shown = sign_in(client, bea.email, f"/login/?next=/desk/tickets/{ticket.pk}/%3Fkept=abc")
    assert shown.status_code == 200


def test_a_script_gets_no_page_of_a_sign_in(bea: User, ticket: Ticket) -> None:
    client, page = browser(bea.email), f"/desk/tickets/{ticket.pk}/"
    form = form_to(client, page, "/notes/")
    end_sessions()
    address = f"http://testserver{page}"
    by_script = {"sec-fetch-dest": "empty", "referer": address}
    for answer in (
        client.get("/desk/live/", headers=by_script),
        client.post(f"{page}here/", form.sent(), headers={"x-requested-with": "fetch"}),
    ):
        assert (answer.status_code, answer.content) == (401, b"")
    assert not store.client().exists(f"winback:kept:{bea.pk}")
    by_htmx = by_script | {"hx-request": "true"}
    refused = client.get("/desk/live/", headers=by_htmx)
    assert (refused.status_code, refused.content) == (401, b"")
    assert refused["HX-Redirect"] == f"/login/?next=%2Fdesk%2Ftickets%2F{ticket.pk}%2F"
    refused = client.post(f"{page}notes/", form.sent() | {"text": [WORDS]}, headers=by_htmx)
    assert (refused.status_code, refused.content) == (401, b"")
    assert note_on(sign_in(client, bea.email, refused["HX-Redirect"]).content.decode()) == WORDS


def test_a_stranger_keeps_nothing(bea: User, ticket: Ticket) -> None:
    """Without a token that this browser was given for somebody, nothing is stored for anybody."""
    stranger, before = Client(), store.client().keys("winback:kept:*")
    answer = stranger.post(f"/desk/tickets/{ticket.pk}/notes/", {"text": WORDS, "csrfmiddlewaretoken": "a" * 64})
    assert answer["Location"] == f"/login/?next=%2Fdesk%2Ftickets%2F{ticket.pk}%2Fnotes%2F"
    assert store.client().keys("winback:kept:*") == before


def test_the_cookie_that_a_script_reads_names_the_forms_that_were_taken_and_nothing_else(
    bea: User, ticket: Ticket
) -> None:
    client, page = browser(bea.email), f"/desk/tickets/{ticket.pk}/"
    form = form_to(client, page, "/notes/")
    assert send(client, page, form, form.sent() | {"text": [""]}).status_code == 422
    assert client.post("/desk/bulk/", form_to(client, "/desk/", "/bulk/").sent() | {"do": ["claim"]}).status_code == 303
    assert COOKIE not in client.cookies  # refused, the second with a word on the next page
    for number in range(7):
        assert send(client, page, form, form.sent() | {"text": [f"{WORDS} {number}"]}).status_code == 303
    cookie = client.cookies[COOKIE]
    assert cookie.value == "!".join([form.action] * 5)
    assert (cookie["samesite"], cookie["max-age"], cookie["httponly"]) == ("Lax", 120, "")
