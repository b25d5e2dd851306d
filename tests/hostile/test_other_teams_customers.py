"""A manager who sees one team gets to see and mail nobody else's customers by way of campaigns and segments."""

from typing import Any

import pytest
from django.utils import timezone

from nps_project.accounts.models import Team, User
from surveys.campaigns.running import services
from surveys.campaigns.running.audience import NobodyToAsk
from surveys.campaigns.running.dry_run import dry_run
from surveys.contacts.segments.services import save_segment
from surveys.models import Campaign, Contact, Invitation, Segment
from tests.factories import client_of, make_survey, make_user
from tests.nps_project.deliveries.mail_server import MailServer, running

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings: Any) -> Any:
    with running(settings) as made:
        yield made


@pytest.fixture
def team() -> Team:
    return Team.objects.create(name="North")


@pytest.fixture
def nina(team: Team) -> User:
    nina = make_user("nina", "manager", all_teams=False)
    nina.teams.add(team)
    return nina


@pytest.fixture
def draft(team: Team) -> Campaign:
    """Made by an admin, who sees all, for Nina's team; of one customer."""
    Contact.objects.bulk_create(Contact(email=f"c{number}@nordlys.dk", language="da") for number in range(3))
    Contact.objects.create(email="vip@nordlys.dk", language="nl")
    admin = make_user("root", "admin")
    vips = save_segment(Segment(), {"name": "Vips", "filter": {"language": "nl"}}, by=admin)
    made = {"name": "Autumn", "survey": make_survey(team=team), "segment": vips}
    return services.save_campaign(Campaign(), made, by=admin)


def test_an_admins_draft_whose_segment_a_manager_changes_asks_whom_the_manager_sees(
    server: MailServer, draft: Campaign, nina: User
) -> None:
    changed = services.save_campaign(draft, {"segment": None}, by=nina)
    assert dry_run(changed, timezone.now()).asked == 0, "nor does a dry run tell how many there are"
    with pytest.raises(NobodyToAsk):
        services.start(campaign_id=draft.pk, at=timezone.now(), by=nina)
    assert not Invitation.objects.exists()


def test_what_an_admin_decided_is_asked_by_whoever_presses_start(
    server: MailServer, draft: Campaign, nina: User
) -> None:
    services.save_campaign(draft, {"name": "Autumn, north", "daily_limit": 100}, by=nina)
    services.start(campaign_id=draft.pk, at=timezone.now(), by=nina)
    assert Invitation.objects.get().contact.email == "vip@nordlys.dk"


def test_an_admin_who_mends_a_managers_draft_does_not_widen_it(server: MailServer, draft: Campaign, nina: User) -> None:
    own = services.save_campaign(Campaign(), {"name": "North", "survey": draft.survey}, by=nina)
    admin = User.objects.get(role="admin")
    assert services.save_campaign(own, {"segment": draft.segment}, by=admin).created_by == nina


def test_a_segment_of_who_sees_all_teams_is_not_changed_by_who_does_not(draft: Campaign, nina: User) -> None:
    browser, address = client_of(nina), "/contacts/segments/vips/"
    assert browser.get(address).status_code == 403
    assert browser.post(address, {"name": "Vips", "query": "language=da"}).status_code == 403
    assert browser.post(f"{address}delete/").status_code == 403
    page = browser.get("/contacts/segments/").content.decode()
    assert "Vips" in page
    assert address not in page
    assert Segment.objects.get().filter == {"language": "nl"}
    save_segment(Segment(), {"name": "Ours", "filter": {"language": "da"}}, by=nina)
    assert browser.get("/contacts/segments/ours/").status_code == 200
    assert "/contacts/segments/ours/" in browser.get("/contacts/segments/").content.decode()
