"""Two people with the same set-up page open: the second to save is told, and puts nothing back unawares."""

from typing import Any

import pytest
from django import forms
from django.test import Client

from followup.models import RootCause
from nps_project.accounts.models import User
from surveys.models import Survey
from tests.addresses import World, make_world
from tests.factories import client_of, make_user
from tests.kept_rows import copy_of, kept_for_module

pytestmark = pytest.mark.django_db

# Each page that changes something which is there, and a field of it.
PAGES = {
    "setup/surveys/<slug:slug>/": "name",
    "setup/surveys/<slug:slug>/words/<str:language>/": "question",
    "setup/surveys/<slug:slug>/questions/<int:pk>/": "text_en",
    "setup/root-causes/<int:pk>/": "name_en",
    "setup/routing/<int:pk>/": "name",
    "setup/calendars/<int:pk>/": "name",
    "setup/people/<int:pk>/": "name",
    "setup/teams/<int:pk>/": "name",
    "setup/playbooks/<int:pk>/<int:score>/": "hours",
    "setup/account-managers/": "domains",
}


kept_world = kept_for_module(make_world)


@pytest.fixture
def world(db: None, kept_world: World) -> World:
    return copy_of(kept_world)


def form_of(client: Client, address: str) -> dict[str, list[str]]:
    """What a browser would send of the page as it is."""
    page: Any = client.get(address)
    form, formset = page.context["form"], page.context.get("formset")
    data = {name: [page.context[name]] for name in ("shown", "submission")}
    assert f'name="shown" value="{data["shown"][0]}"' in page.content.decode()
    for field in [
        *form,
        *(field for row in formset or () for field in row),
        *(formset.management_form if formset else ()),
    ]:
        widget, value = field.field.widget, field.value()
        if isinstance(widget, forms.CheckboxInput):
            data |= {field.html_name: ["on"]} if widget.check_test(value) else {}
            continue
        written = widget.format_value(value)
        data[field.html_name] = (
            [str(one) for one in written if one != ""] if isinstance(written, list) else [written or ""]
        )
    return data


@pytest.mark.parametrize("route", PAGES)
def test_the_second_of_two_who_change_the_same_is_told_and_nothing_is_put_back(route: str, world: World) -> None:
    field, address = PAGES[route], world.pages[route][0]
    first, second = client_of(world.admin), client_of(make_user("max", "admin"))
    mine, theirs = form_of(first, address), form_of(second, address)
    value = {"hours": "7", "domains": "one.example"}.get(field, "First")
    mine[field], theirs[field] = [value], [{"7": "9", "one.example": "two.example"}.get(value, "Second")]
    assert first.post(address, mine).status_code == 302
    assert first.post(address, mine).status_code == 302, "a double click is no second person"
    refused: Any = second.post(address, theirs)
    assert refused.status_code == 409
    assert "Somebody has changed this since you opened it" in refused.content.decode()
    assert "Something below needs a look" not in refused.content.decode()
    assert form_of(first, address)[field] == [value]
    again = theirs | {"shown": [refused.context["shown"]]}
    assert second.post(address, again).status_code == 302, "knowingly"
    assert form_of(first, address)[field] == theirs[field]


def test_a_person_who_was_switched_off_is_not_switched_on_by_a_page_that_was_open(world: World) -> None:
    address = f"/setup/people/{world.agent.pk}/"
    first, second = client_of(world.admin), client_of(make_user("max", "admin"))
    mine, theirs = form_of(first, address), form_of(second, address)
    mine.pop("is_active")
    theirs["name"] = ["Bea Holm"]
    assert first.post(address, mine).status_code == 302
    assert second.post(address, theirs).status_code == 409
    assert not User.objects.get(pk=world.agent.pk).is_active


def test_what_is_made_anew_is_never_in_the_way(world: World) -> None:
    client = client_of(world.admin)
    form = form_of(client, "/setup/root-causes/new/")
    RootCause.objects.create(slug="other", names={"en": "Other"}, position=90)  # the position that is offered moves on
    form |= {"slug": ["new-one"], "name_en": ["New"], "name_nl": ["Nieuw"], "name_da": ["Ny"]}
    assert client.post("/setup/root-causes/new/", form).status_code == 302
    assert Survey.objects.exists()
