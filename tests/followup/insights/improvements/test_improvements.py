"""Improvements: made, changed, owned, late; by the pages and by the API."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from followup.causes import services as causes
from followup.insights.improvements import services
from followup.insights.improvements.models import Improvement
from followup.models import Notice, RootCause
from nps_project.accounts.models import Team, User
from nps_project.background import sweep
from nps_project.deliveries.models import Delivery
from tests.api_client import Program
from tests.factories import client_of, make_survey, make_user

pytestmark = pytest.mark.django_db

HOSTILE = '=1+1<script>alert("x")</script>{{ 7 }}'


@pytest.fixture
def manager() -> User:
    causes.ensure_defaults()
    return make_user("ada", "manager")


def make(by: User, **fields: Any) -> Improvement:
    given = {"title": "Faster parcels", "owner": by, "root_causes": [RootCause.objects.get(slug="delivery")]} | fields
    return services.save_improvement(Improvement(), given, by=by, at=timezone.now())


def typed(by: User, **fields: Any) -> dict[str, Any]:
    cause = RootCause.objects.get(slug="delivery").pk
    return {"title": HOSTILE, "root_causes": [cause], "owner": by.pk, "note": HOSTILE} | fields


def test_a_manager_starts_one_from_a_cause_and_its_owner_hears_of_it(manager: User) -> None:
    client, owner = client_of(manager), make_user("bea", "agent", language="da")
    page = client.get("/insights/improvements/new/?cause=delivery").content.decode()
    assert page.count("checked") == 1
    answer = client.post("/insights/improvements/new/", typed(owner, due_on="2030-01-31"))
    made = Improvement.objects.get()
    assert answer.headers["Location"] == f"/insights/improvements/{made.pk}/"
    assert (made.title, made.owner, made.state, made.created_by) == (HOSTILE, owner, "open", manager)
    shown = client.get(f"/insights/improvements/{made.pk}/").content
    assert b"<script>alert" not in shown
    mail = Delivery.objects.get()
    assert (mail.to_address, mail.language, mail.template) == (owner.email, "da", "improvement_given")
    assert "<script>" not in mail.body_html
    listed = client.get("/insights/improvements/").content.decode()
    assert "<script>alert" not in listed
    assert "31" in listed


def test_done_has_its_day_and_what_is_not_done_has_none(manager: User) -> None:
    made, at = make(manager), timezone.now()
    today = services.today_of(at)
    done = services.save_improvement(made, {"state": "done"}, by=manager, at=at)
    assert done.done_on == today
    with pytest.raises(ValidationError, match="a day before"):
        services.save_improvement(made, {"done_on": today + timedelta(days=1)}, by=manager, at=at)
    again = services.save_improvement(made, {"state": "doing"}, by=manager, at=at)
    assert again.done_on is None
    with pytest.raises(ValidationError, match="Only what is done"):
        services.save_improvement(made, {"done_on": today}, by=manager, at=at)


def test_its_page_says_who_changed_what(manager: User) -> None:
    made = make(manager)
    client = client_of(manager)
    cause = RootCause.objects.get(slug="price").pk
    client.post(
        f"/insights/improvements/{made.pk}/edit/", typed(manager, root_causes=[cause], state="doing", title="B")
    )
    page = client.get(f"/insights/improvements/{made.pk}/").content.decode()
    assert "state: Under way" in page
    assert "by ada" in page
    assert list(Improvement.objects.get().root_causes.values_list("slug", flat=True)) == ["price"]


def test_an_overdue_one_says_so_and_tells_its_owner_once(manager: User) -> None:
    owner = make_user("bea")
    make(manager, owner=owner, due_on=services.today_of(timezone.now()) - timedelta(days=1))
    Delivery.objects.all().delete()
    for _run in range(2):
        sweep.run(services.OVERDUE, timezone.now())
    assert [mail.template for mail in Delivery.objects.all()] == ["improvement_overdue"]
    assert b"overdue" in client_of(manager).get("/insights/improvements/").content
    services.save_improvement(Improvement.objects.get(), {"state": "dropped"}, by=manager, at=timezone.now())
    assert b"overdue" not in client_of(manager).get("/insights/improvements/?state=dropped").content


def test_other_teams_do_not_see_a_teams_improvement(manager: User) -> None:
    north = Team.objects.create(name="N")
    made = make(manager, team=north)
    stranger, member = make_user("bea", "manager", all_teams=False), make_user("cleo", "viewer", all_teams=False)
    north.members.add(member)
    address = f"/insights/improvements/{made.pk}/"
    for more in ("", "edit/", "letter/"):
        assert client_of(stranger).get(address + more).status_code == 404
    assert client_of(stranger).post(f"{address}do/send/").status_code == 404
    assert client_of(member).get(address).status_code == 200
    assert client_of(member).get(f"{address}edit/").status_code == 403
    refused = client_of(stranger).post("/insights/improvements/new/", typed(stranger, team=north.pk))
    assert refused.status_code == 422


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", ""), ("title", "x" * 201), ("title", "\u2800"), ("root_causes", []), ("root_causes", ["9" * 30]),
     ("owner", ""), ("owner", "99999"), ("due_on", "0001-01-01"), ("note", "x" * 4001), ("team", "x")],
)  # fmt: skip
def test_bad_input_is_named_beside_its_field(manager: User, field: str, value: Any) -> None:
    answer = client_of(manager).post("/insights/improvements/new/", typed(manager, **{field: value}))
    assert answer.status_code == 422
    assert b"errorlist" in answer.content
    assert not Improvement.objects.exists()


def test_the_api_makes_changes_lists_and_filters(manager: User) -> None:
    program = Program("admin")
    body = {"title": "Faster", "root_causes": ["delivery", "price"], "owner": manager.pk, "due_on": "2030-01-01"}
    made = program.post("improvements/", body)
    names = ("title", "root_causes", "owner", "due_on", "state", "done_on")
    assert {name: made[name] for name in names} == {**body, "state": "open", "done_on": None}
    done = program.patch(f"improvements/{made['id']}/", {"state": "done", "done_on": "2026-01-05"})
    assert (done["state"], done["done_on"]) == ("done", "2026-01-05")
    assert [row["id"] for row in program.every("improvements/?state=done&root_cause=price")] == [made["id"]]
    assert program.every("improvements/?state=open") == []
    refused: list[dict[str, Any]] = [
        {"root_causes": []},
        {"title": ""},
        {"colour": 1},
        {"state": "gone"},
        {"root_causes": ["no"]},
    ]
    for bad in refused:
        program.patch(f"improvements/{made['id']}/", bad, status=422)
    program.patch(f"improvements/{made['id']}/", {"done_on": "2030-01-01"}, status=422)
    assert Program("write").call("POST", "improvements/", body).status_code == 403
    survey = make_survey()
    assert Program("admin", survey=survey).every("improvements/") == []
    assert Program("admin", survey=survey).call("POST", "improvements/", body).status_code == 403


def bell(person: User) -> list[str]:
    rows = Notice.objects.filter(person=person, read_at=None).order_by("pk")
    return list(rows.values_list("kind", flat=True))


def test_the_bell_tells_the_owner_that_it_is_theirs_and_when_its_day_has_passed(manager: User) -> None:
    bea, at = make_user("bea", "agent"), timezone.now()
    made = make(manager, owner=bea, title=HOSTILE, due_on=services.today_of(at) - timedelta(days=1))
    assert (bell(bea), bell(manager)) == (["improve"], [])
    services.tell_overdue(made.pk, at)
    assert bell(bea) == ["improve", "passed"]
    client = client_of(bea)
    page = client.get("/desk/notices/").content.decode()
    assert "ada gave you this improvement" in page
    assert "The day of your improvement has passed" in page
    assert "<script>alert" not in page
    assert f'href="/insights/improvements/{made.pk}/"' in page
    first = Notice.objects.filter(person=bea).earliest("pk")
    client.post("/desk/notices/read/", {"notice": first.pk})
    assert bell(bea) == ["passed"]
    services.save_improvement(made, {"due_on": services.today_of(at)}, by=manager, at=at)
    assert bell(bea) == []
    assert client.get("/desk/notices/?few").status_code == 200


def test_the_bell_takes_back_what_is_another_persons_or_done(manager: User) -> None:
    bea, carl, at = make_user("bea"), make_user("carl"), timezone.now()
    made = make(manager, owner=bea)
    services.save_improvement(made, {"owner": carl}, by=manager, at=at)
    assert (bell(bea), bell(carl)) == ([], ["improve"])
    services.save_improvement(made, {"state": "done"}, by=manager, at=at)
    assert bell(carl) == []


def test_a_notice_of_an_improvement_that_one_may_not_see_any_more_is_left_out(manager: User) -> None:
    bea = make_user("bea", "agent", all_teams=False)
    made = make(manager, owner=bea)
    Improvement.objects.filter(pk=made.pk).update(owner=manager, team=Team.objects.create(name="South"))
    assert "Faster parcels" not in client_of(bea).get("/desk/notices/").content.decode()
