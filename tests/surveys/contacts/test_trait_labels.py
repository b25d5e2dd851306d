"""What traits are called on screens: labels by language, else the name in readable form, never the key."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from nps_project.accounts.models import Team
from surveys.contacts.trait_labels import known
from surveys.contacts.trait_labels.labels import TraitLabels, save_labels
from surveys.models import Contact, Survey, TraitLabel
from surveys.services.surveys import update_survey
from surveys.tallying.models import MarkedTrait
from tests.factories import client_of, make_answer, make_contact, make_survey, make_ticket, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> Client:
    return client_of(make_user("ada", "admin"))


def linked_survey(trait: str) -> Survey:
    """A survey that takes a trait from its link."""
    return update_survey(make_survey("autumn"), {"allowed_traits": [trait]})


def test_a_trait_is_called_as_it_was_named_else_by_its_name_in_readable_form() -> None:
    save_labels({"plan": {"en": "Membership", "da": "Medlemskab"}, "tier_2": {"nl": "Niveau"}})
    assert [TraitLabels().of(name) for name in ("plan", "tier_2", "customer_since", "country")] == [
        "Membership", "Niveau", "Customer since", "Country",
    ]  # fmt: skip
    with translation.override("da"):
        assert [TraitLabels().of(name) for name in ("plan", "tier_2", "country")] == ["Medlemskab", "Niveau", "Land"]
    save_labels({"plan": {}})
    assert TraitLabels().of("plan") == "Plan"


def test_labels_stand_wherever_a_key_was(admin: Client) -> None:
    contact = make_contact(1, traits={"plan": "gold", "is_member": True})
    survey = linked_survey("plan")
    ticket = make_ticket(survey, 2, contact=contact)
    save_labels({"plan": {"en": "Membership"}})
    for address in (f"/desk/tickets/{ticket.pk}/", f"/contacts/{contact.pk}/", "/contacts/?columns=plan, is_member",
                    "/contacts/?trait=membership=gold", "/setup/surveys/autumn/share/"):  # fmt: skip
        page = admin.get(address).content.decode()
        assert "Membership" in page, address
        assert "is_member<" not in page, address
    assert "Is member" in admin.get(f"/contacts/{contact.pk}/").content.decode()
    assert "true" in admin.get(f"/desk/tickets/{ticket.pk}/").content.decode()


@pytest.mark.parametrize("typed", ["Membership=gold", "membership=gold", "plan=gold"])
def test_a_filter_takes_the_label_and_the_name(admin: Client, typed: str) -> None:
    contact = make_contact(1, traits={"plan": "gold"}, name="Karin Holm")
    make_contact(2, traits={"plan": "basic"}, name="Bo Lund")
    make_ticket(make_survey(), 2, contact=contact)
    save_labels({"plan": {"en": "Membership"}})
    for address in ("/contacts/", "/desk/"):
        page = admin.get(address, {"trait": typed}).content.decode()
        assert "Karin Holm" in page, address
        assert "Bo Lund" not in page, address


def test_a_filter_takes_the_readable_name_of_a_trait_without_label(admin: Client) -> None:
    make_contact(1, traits={"customer_since": "2019"}, name="Karin Holm")
    assert "Karin Holm" in admin.get("/contacts/", {"trait": "Customer since=2019"}).content.decode()


def test_what_is_known_comes_from_contacts_answers_links_and_labels() -> None:
    for number, plan in enumerate(("gold", "basic", "gold")):
        make_contact(number, traits={"plan": plan})
    make_answer(linked_survey("till"), 3, traits={"shop": 12})
    save_labels({"tier": {"en": "Tier"}})
    assert known.known_traits() == {"plan": ["gold", "basic"], "shop": ["12"], "tier": [], "till": []}


@pytest.mark.parametrize("address", ["/contacts/", "/desk/filters/"])
def test_the_trait_of_a_filter_is_chosen_by_its_label(admin: Client, address: str) -> None:
    contact = make_contact(1, traits={"plan": "gold", "company": "Nordlys", "is_new": True})
    make_ticket(make_survey(), 2, contact=contact)
    save_labels({"plan": {"en": "Membership"}})
    page = admin.get(address, {"trait": "tier=2"}).content.decode()
    assert re.findall(r'<option value="(\w+=\w+)"(?: selected)?>([^<]+)', page) == [
        ("tier=2", "Tier: 2"), ("is_new=true", "Is new: true"), ("plan=gold", "Membership: gold"),
    ]  # fmt: skip
    assert '<option value="tier=2" selected>' in page
    if address == "/desk/filters/":
        desk = admin.get("/desk/", {"trait": "plan=gold"}).content.decode()
        assert "Membership: gold <span" in desk
        assert "plan=gold</" not in desk


def test_nobody_chooses_among_the_traits_of_other_teams_customers() -> None:
    north, south = (Team.objects.create(name=name) for name in ("North", "South"))
    make_answer(make_survey("north", team=north), 3, contact=make_contact(1, traits={"plan": "gold"}))
    make_answer(make_survey("south", team=south), 3, contact=make_contact(2, traits={"secret": "x"}))
    north.members.add(vic := make_user("vic", all_teams=False))
    assert known.traits_seen_by(vic) == {"plan": ["gold"]}
    assert "secret" not in client_of(vic).get("/desk/filters/").content.decode()


def fields_of(answer: Any) -> dict[str, Any]:
    rows = answer.context["formset"]
    found = {field.html_name: field.value() for form in (rows.management_form, *rows.forms) for field in form}
    return {name: value for name, value in found.items() if value not in (None, False, "")}


def test_an_admin_names_traits_and_adds_one(admin: Client) -> None:
    make_contact(1, traits={"plan": "gold"})
    url = "/setup/traits/"
    added: Any = admin.post(
        url, fields_of(admin.get(url)) | {"traits-0-label_en": "Membership", "change": "traits.add"}
    )
    assert (added.status_code, TraitLabel.objects.exists()) == (200, False)
    given = fields_of(added) | {"traits-1-name": "tier", "traits-1-label_da": "Trin"}
    assert admin.post(url, given).status_code == 302
    assert dict(TraitLabel.objects.values_list("name", "labels")) == {
        "plan": {"en": "Membership"}, "tier": {"da": "Trin"},
    }  # fmt: skip
    assert Contact.objects.get().traits == {"plan": "gold"}
    emptied = {name: value for name, value in fields_of(admin.get(url)).items() if "label" not in name}
    assert admin.post(url, emptied).status_code == 302
    assert not TraitLabel.objects.exists()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"traits-1-name": "plan", "traits-1-is_new": "True"}, "This trait stands here already."),
        ({"traits-1-label_en": "PLAN", "traits-0-label_en": "Plan"}, "Another trait has this label."),
        ({"traits-0-label_nl": "x" * 61}, "at most 60 characters"),
    ],
)
def test_a_label_that_cannot_be_is_told(admin: Client, typed: dict[str, str], words: str) -> None:
    make_contact(1, traits={"plan": "gold", "shop": "1"})
    answer = admin.post("/setup/traits/", fields_of(admin.get("/setup/traits/")) | typed)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not TraitLabel.objects.exists()


def test_an_admin_marks_traits_that_answers_are_counted_by_and_sees_how_far_it_is(admin: Client) -> None:
    answer = make_answer(linked_survey("till"), 3, traits={"shop": 12})
    url = "/setup/traits/"
    given = fields_of(admin.get(url)) | {"traits-0-is_counted": "on", "traits-1-is_counted": "on"}
    assert admin.post(url, given).status_code == 302
    assert list(MarkedTrait.objects.values_list("name", "state")) == [("shop", "waiting"), ("till", "waiting")]
    shop = MarkedTrait.objects.get(name="shop")
    assert "Counting begins within a minute." in admin.get(url).content.decode()
    MarkedTrait.objects.update(state="filling", until=2 * answer.pk, filled_to=answer.pk)
    assert "Counting the answers so far: 50 %." in admin.get(url).content.decode()
    MarkedTrait.objects.update(state="ready", values=12)
    assert "Counted, 12 values." in admin.get(url).content.decode()
    MarkedTrait.objects.filter(name="shop").update(state="refused", values=1243)
    page: Any = admin.get(url)
    assert "Not counted: there are 1,243 different values; at most 1,000 are allowed." in page.content.decode()
    assert [row["is_counted"].value() for row in page.context["formset"].forms] == [False, True]

    assert admin.post(url, fields_of(page) | {"traits-0-is_counted": "on"}).status_code == 302
    assert MarkedTrait.objects.get(name="shop").pk != shop.pk, "it is tried again"
    given = fields_of(admin.get(url)) | {"traits-0-is_counted": "", "traits-1-is_counted": ""}
    assert admin.post(url, given).status_code == 302
    assert not MarkedTrait.objects.exists()


def test_answers_are_counted_by_at_most_five_traits(admin: Client) -> None:
    make_contact(1, traits={f"t{n}": "x" for n in range(6)})
    url = "/setup/traits/"
    given = fields_of(admin.get(url)) | {f"traits-{n}-is_counted": "on" for n in range(6)}
    refused: Any = admin.post(url, given)
    assert refused.status_code == 422
    assert "Answers can be counted by at most 5 traits." in refused.content.decode()
    assert not MarkedTrait.objects.exists()
    assert admin.post(url, given | {"traits-2-is_counted": ""}).status_code == 302
    assert MarkedTrait.objects.count() == 5
