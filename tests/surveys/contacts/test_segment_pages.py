"""Segments: saved from the list, counted, changed, deleted."""

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import ValidationError

from surveys.contacts.segments.services import SegmentTaken, save_segment
from surveys.models import Campaign, Segment
from tests.api_client import Program
from tests.factories import client_of, make_contact, make_survey, make_user
from tests.page_forms import forms_on

pytestmark = pytest.mark.django_db


def test_a_manager_saves_what_is_filtered_as_a_segment() -> None:
    make_contact(1, language="da", traits={"plan": "gold"})
    make_contact(2, language="nl")
    boss = client_of(make_user("boss", "manager"))
    listed = boss.get("/contacts/?language=da&trait=plan=gold")
    address = listed.context["segment_url"]
    assert f'href="{address.replace("&", "&amp;")}"' in listed.content.decode()
    page = boss.get(address)
    assert "1 customer" in page.content.decode()
    form = forms_on(page.content.decode())[-1]
    assert boss.post(address, form.sent() | {"name": ["Gold Danes"]})["Location"] == "/contacts/segments/"
    segment = Segment.objects.get()
    assert (segment.slug, segment.filter) == ("gold-danes", {"language": "da", "trait.plan": "gold"})
    assert segment.created_by is not None
    assert "1 customer" in boss.get("/contacts/segments/").content.decode()
    assert LogEntry.objects.get_for_object(segment).count() == 1


def test_a_segment_is_given_other_filters_and_another_name() -> None:
    segment = save_segment(Segment(), {"name": "Danes", "filter": {"language": "da"}})
    boss = client_of(make_user("boss", "manager"))
    form = forms_on(boss.get("/contacts/segments/danes/?language=nl").content.decode())[-1]
    assert form.sent()["query"] == ["language=nl"]
    boss.post("/contacts/segments/danes/?language=nl", form.sent() | {"name": ["Dutch"]})
    segment.refresh_from_db()
    assert (segment.slug, segment.name, segment.filter) == ("danes", "Dutch", {"language": "nl"})
    for query in ("language=xx", "segment=danes", "colour=red"):
        answer = boss.post("/contacts/segments/danes/", {"name": "Dutch", "query": query})
        assert answer.status_code == 422, query
    segment.refresh_from_db()
    assert segment.filter == {"language": "nl"}
    assert boss.post("/contacts/segments/danes/delete/").status_code == 302
    assert not Segment.objects.exists()


def test_names_alike_get_slugs_of_their_own_and_a_bad_filter_is_refused() -> None:
    slugs = [save_segment(Segment(), {"name": "VIP & co", "filter": {}}).slug for _number in range(3)]
    assert slugs == ["vip-co", "vip-co-2", "vip-co-3"]
    assert save_segment(Segment(), {"name": "顧客", "filter": {}}).slug == "segment"
    with pytest.raises(SegmentTaken):
        save_segment(Segment(), {"name": "x", "slug": "vip-co", "filter": {}})
    for fault in ({"colour": "red"}, {"segment": "vip-co"}, {"language": "xx"}):
        with pytest.raises(ValidationError):
            save_segment(Segment(), {"name": "x", "filter": fault})


def test_a_viewer_reads_segments_and_changes_none() -> None:
    save_segment(Segment(), {"name": "Danes", "filter": {"language": "da"}})
    for role in ("viewer", "agent"):
        client = client_of(make_user(role, role))
        page = client.get("/contacts/segments/").content.decode()
        assert "Danes" in page
        assert "Language: Dansk" in page
        assert "delete" not in page
        assert client.post("/contacts/segments/danes/delete/").status_code == 403
    assert Segment.objects.count() == 1


def test_a_segment_that_a_campaign_names_stays() -> None:
    segment = save_segment(Segment(), {"name": "Danes", "filter": {"language": "da"}})
    Campaign.objects.create(name="Autumn in Denmark", survey=make_survey(), segment=segment)
    boss = client_of(make_user("boss", "manager"))
    page = boss.post("/contacts/segments/danes/delete/", follow=True).content.decode()
    assert "Danes stays: it is asked by Autumn in Denmark." in page
    refused = Program("admin").call("DELETE", "segments/danes/")
    assert (refused.status_code, refused.json()["code"]) == (409, "segment_in_use")
    assert Segment.objects.exists()
