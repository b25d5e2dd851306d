"""The pages of campaigns while no mail server is set."""

import re
from typing import Any

import pytest
from django.utils import timezone

from surveys.campaigns.running import services
from surveys.models import Campaign, Contact, Invitation
from tests.factories import client_of, make_survey, make_user

pytestmark = pytest.mark.django_db


def test_without_a_mail_server_the_reason_stands_in_the_place_of_each_button_that_could_only_be_refused(
    settings: Any,
) -> None:
    survey, manager = make_survey(), client_of(make_user("mia", "manager", language="en"))
    Contact.objects.bulk_create(Contact(email=f"c{number}@nordlys.dk", name=f"C {number}") for number in range(2))
    settings.MAIL_IS_STORED_ONLY = False
    draft, paused, done = (
        services.save_campaign(Campaign(), {"name": "Spring", "survey": survey}) for _one in range(3)
    )
    services.start(campaign_id=done.pk, at=timezone.now())
    Invitation.objects.filter(campaign=done).update(status="bounced", reason="refused")
    Campaign.objects.filter(pk=paused.pk).update(status="paused", paused_because="person", started_at=timezone.now())
    pages = {
        f"/campaigns/{draft.pk}/": "do/start",
        f"/campaigns/{draft.pk}/dry-run/": "",
        f"/campaigns/{paused.pk}/": "do/resume/",
        f"/campaigns/{done.pk}/recipients/": "do/send-to-missing/",
    }
    for is_stored_only in (False, True):
        settings.MAIL_IS_STORED_ONLY = is_stored_only
        for url, button in pages.items():
            page = manager.get(url).content.decode()
            alerts = re.findall(r'<p class="alert section" data-kind="warning">\s*([^<]*)</p>', page)
            assert bool(alerts) == is_stored_only, url
            assert alerts in ([], ["No mail server is set (EMAIL_URL), so nobody can be asked by mail."])
            assert not button or (button in page) != is_stored_only
    page = manager.get(f"/campaigns/{draft.pk}/").content.decode()
    assert f"/campaigns/{draft.pk}/delete/" in page
    assert "<strong>2 customers</strong> now." in page
