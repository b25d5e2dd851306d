"""One reading of the filters of contacts, for pages, programs and segments."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from nps_project.accounts.models import Team
from surveys.contacts.contact_filter import BadFilter, filtered, listed_for, read
from surveys.contacts.counting import counts
from surveys.contacts.segments.services import save_segment, sizes_of
from surveys.contacts.services import save_contact
from surveys.models import Contact, Segment, Unsubscription
from tests.api_client import Program
from tests.factories import make_answer, make_contact, make_survey, make_user

pytestmark = pytest.mark.django_db


def names(chosen: dict[str, Any], **fields: Any) -> set[str]:
    return set(filtered(Contact.objects.all(), read(chosen), **fields).values_list("name", flat=True))


def fill() -> None:
    survey, at = make_survey(), timezone.now()
    ann = make_contact(1, name="Ann Ørsted", traits={"plan": "gold"}, value=500, external_id="K-1", language="da")
    save_contact(ann, {"company_name": "Nordlys A/S"})
    bo = make_contact(2, name="Bo", account_manager="eva@shop.dk", value=20, bounced_at=at, unsubscribed_at=at)
    cas = make_contact(3, name="Cas", do_not_contact=True, last_asked_at=at - timedelta(days=100))
    Unsubscription.objects.create(contact=cas, survey=survey)
    make_answer(survey, 2, contact=ann, answered_at=at - timedelta(days=40))
    make_answer(survey, 9, contact=ann, answered_at=at - timedelta(days=10))
    make_answer(survey, 3, contact=bo, answered_at=at - timedelta(days=50))


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        ({"q": "orst"}, {"Ann Ørsted"}),
        ({"q": "customer2@exa"}, {"Bo"}),
        ({"company": "nordlys a/s"}, {"Ann Ørsted"}),
        ({"email": "CUSTOMER3@example.com"}, {"Cas"}),
        ({"external_id": "K-1"}, {"Ann Ørsted"}),
        ({"language": "da"}, {"Ann Ørsted"}),
        ({"account_manager": "Eva@shop.dk"}, {"Bo"}),
        ({"trait.plan": "gold"}, {"Ann Ørsted"}),
        ({"value_from": "21"}, {"Ann Ørsted"}),
        ({"value_from": 20, "value_to": 20.0}, {"Bo"}),
        ({"last_score": 9}, {"Ann Ørsted"}),
        ({"last_score": "2"}, set()),
        ({"last_group": "detractor"}, {"Bo"}),
        ({"last_group": "detractor", "last_score": "9"}, set()),
        ({"answered_before": "30d"}, {"Bo"}),
        ({"answered_after": "30d"}, {"Ann Ørsted"}),
        ({"asked_before": "90d"}, {"Cas"}),
        ({"never_answered": "true"}, {"Cas"}),
        ({"never_asked": True}, set()),
        ({"never_asked": "false"}, {"Ann Ørsted", "Bo", "Cas"}),
        ({"bounced": "true"}, {"Bo"}),
        ({"unsubscribed": "true"}, {"Bo", "Cas"}),
        ({"unsubscribed": "false"}, {"Ann Ørsted"}),
        ({"do_not_contact": "true"}, {"Cas"}),
        ({"language": "en", "bounced": "false"}, {"Cas"}),
    ],
)
def test_each_filter_finds_its_contacts(chosen: dict[str, Any], found: set[str]) -> None:
    fill()
    assert names(chosen) == found


@pytest.mark.parametrize(
    "chosen",
    [
        {"colour": "red"}, {"trait.": "x"}, {"language": "xx"}, {"last_score": "11"}, {"value_from": "much"},
        {"value_from": "-1"}, {"value_from": "NaN"}, {"value_to": "1e99"}, {"answered_after": "soon"},
        {"answered_after": "99999d"}, {"asked_before": "2026-02-30"}, {"asked_before": "2026-02-03T09:00:00"},
        {"asked_before": "0001-01-01"}, {"never_asked": "maybe"}, {"q": ""}, {"q": "\0"}, {"q": ["a"]},
        {"q": "x" * 201},
        {"company": None}, {"last_group": "happy"}, {"value_from": "5", "value_to": "4"},
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_by_name(chosen: dict[str, Any]) -> None:
    with pytest.raises(BadFilter) as refused:
        read(chosen)
    (name,) = refused.value.faults
    assert name in chosen
    assert str(refused.value.faults[name])


def test_thousands_of_filters_which_the_database_would_think_about_for_minutes_are_refused() -> None:
    filters = {f"trait.t{number}": "1" for number in range(61)}
    with pytest.raises(BadFilter, match="trait.t60"):
        read(filters)
    del filters["trait.t60"]
    assert read(filters) == filters


def test_a_day_begins_at_its_midnight_in_the_companys_zone_and_days_ago_count_when_used() -> None:
    make_contact(1, name="Ann", last_asked_at=datetime(2026, 3, 1, 23, 30, tzinfo=UTC))  # 2 March in Copenhagen
    with time_machine.travel(datetime(2026, 4, 1, tzinfo=UTC), tick=False):
        kept = read({"asked_before": "30d"})
        assert names(kept) == {"Ann"}
    with time_machine.travel(datetime(2026, 3, 31, tzinfo=UTC), tick=False):
        assert names(kept) == set()
    assert names({"asked_after": "2026-03-01T23:30:00+00:00"}) == {"Ann"}
    assert names({"asked_before": "2026-03-01T23:30:00 00:00"}) == set()  # a bare + of an address


def test_a_segment_is_a_filter_with_a_name_and_names_no_other() -> None:
    fill()
    save_segment(Segment(), {"name": "Rich Danes", "filter": {"language": "da", "value_from": "100"}})
    assert names({"segment": "rich-danes"}) == {"Ann Ørsted"}
    assert names({"segment": "rich-danes", "last_group": "detractor"}) == set()
    with pytest.raises(BadFilter, match="segment"):
        names({"segment": "nobody"})
    with pytest.raises(BadFilter, match="segment"):
        read({"segment": "rich-danes"}, in_a_segment=True)


def test_the_last_answer_is_the_last_that_the_reader_may_see() -> None:
    north, south = Team.objects.create(name="North"), Team.objects.create(name="South")
    seen, secret = make_survey("seen", team=north), make_survey("secret", team=south)
    bea = make_user("bea", all_teams=False)
    north.members.add(bea)
    ann = make_contact(1, name="Ann")
    make_answer(seen, 9, contact=ann, answered_at=timezone.now() - timedelta(days=2))
    make_answer(secret, 1, contact=ann, answered_at=timezone.now() - timedelta(days=1))
    assert names({"last_score": "1"}) == {"Ann"}
    assert names({"last_score": "1"}, by=bea) == set()
    assert names({"last_score": "9"}, by=bea) == {"Ann"}
    assert listed_for(make_user("vic", all_teams=False)).count() == 0


def test_an_unsubscription_from_one_survey_is_told_to_who_may_see_that_survey() -> None:
    north, south = Team.objects.create(name="North"), Team.objects.create(name="South")
    seen, secret = make_survey("seen", team=north), make_survey("secret", team=south)
    bea = make_user("bea", all_teams=False)
    north.members.add(bea)
    for number, name in enumerate(["Ann", "Bo", "Cas", "Dot"]):
        make_answer(seen, 9, contact=make_contact(number, name=name))
    ann, bo = Contact.objects.get(name="Ann"), Contact.objects.get(name="Bo")
    Unsubscription.objects.create(contact=ann, survey=secret)
    Unsubscription.objects.create(contact=bo, survey=seen)
    Contact.objects.filter(name="Cas").update(unsubscribed_at=timezone.now())
    save_segment(Segment(), {"name": "Gone", "filter": {"unsubscribed": "true"}})
    assert names({"unsubscribed": "true"}, by=bea) == {"Bo", "Cas"}
    assert names({"unsubscribed": "false"}, by=bea) == {"Ann", "Dot"}
    found = Program("read", survey=seen).get("contacts/?unsubscribed=true")["results"]
    assert {row["name"] for row in found} == {"Bo", "Cas"}
    assert names({"segment": "gone"}, by=bea) == {"Bo", "Cas"}
    assert sizes_of([Segment.objects.get()], bea) == {Segment.objects.get().pk: 2}
    assert names({"unsubscribed": "true"}, by=make_user("vic")) == {"Ann", "Bo", "Cas"}
    assert names({"unsubscribed": "true"}) == {"Ann", "Bo", "Cas"}


def test_many_counts_are_one_query_and_right(django_assert_num_queries: Any) -> None:
    fill()
    chosen: list[dict[str, Any]] = [
        {},
        {"language": "da"},
        {"trait.plan": "gold"},
        {"q": "..."},
        {"last_group": "detractor"},
    ]
    lists = [filtered(Contact.objects.all(), read(one)) for one in chosen]
    with django_assert_num_queries(1):
        assert counts(lists) == [3, 1, 1, 0, 1]
    assert counts([Contact.objects.none()]) == [0]
