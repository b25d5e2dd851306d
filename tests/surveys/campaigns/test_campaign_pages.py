"""The pages of campaigns: whom they let do what, what they say, and that a second press changes nothing."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from nps_project.accounts.models import Team
from nps_project.deliveries.models import Delivery
from surveys.campaigns.running import services
from surveys.contacts.segments.services import save_segment
from surveys.models import Campaign, Contact, Invitation, Segment, Survey
from surveys.services.surveys import update_survey
from tests.factories import client_of, make_answer, make_survey, make_user
from tests.page_forms import forms_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey(settings: Any) -> Survey:
    settings.MAIL_IS_STORED_ONLY = False
    return make_survey()


@pytest.fixture
def manager(survey: Survey) -> Client:
    return client_of(make_user("mia", "manager", language="en"))


def make_people(count: int, **fields: Any) -> list[Contact]:
    begin = Contact.objects.count()
    rows = [Contact(email=f"c{begin + one}@nordlys.dk", name=f"C {begin + one}", **fields) for one in range(count)]
    return Contact.objects.bulk_create(rows)


def make_campaign(survey: Survey, **fields: Any) -> Campaign:
    return services.save_campaign(Campaign(), {"name": "Spring <b>", "survey": survey} | fields)


def sent_form(client: Client, address: str, action: str = "", **typed: Any) -> Any:
    """The page's form as it stands, with some fields typed over."""
    page = client.get(address).content.decode()
    form = next(form for form in forms_on(page) if form.method == "post" and form.action == action)
    return client.post(action or address, form.sent() | typed, follow=True)


def test_the_empty_list_leads_to_what_is_missing(manager: Client, survey: Survey) -> None:
    page = manager.get("/campaigns/").content.decode()
    assert "It needs customers first." in page
    assert "/contacts/import/" in page
    make_people(1)
    assert "/campaigns/new/" in manager.get("/campaigns/").content.decode()
    update_survey(survey, {"status": "paused"})
    assert "It needs a survey that is live." in manager.get("/campaigns/").content.decode()
    Survey.objects.update(status="live", closes_at=timezone.now())
    assert "It needs a survey that is live." in manager.get("/campaigns/").content.decode()
    assert not manager.get("/campaigns/new/").context["form"].fields["survey"].queryset.exists()
    viewer = client_of(make_user("vic", "viewer", language="en"))
    assert "Managers make them." in viewer.get("/campaigns/").content.decode()


def test_a_campaign_is_made_as_it_is_typed(manager: Client, survey: Survey) -> None:
    make_people(3, traits={"plan": "gold"})
    make_people(2)
    segment = save_segment(Segment(), {"name": "Gold <i>", "filter": {"trait.plan": "gold"}})
    page = manager.get("/campaigns/new/").content.decode()
    assert "Gold &lt;i&gt; (3 customers)" in page, "the count is there at once"
    assert "All customers (5 customers)" in page
    sent_form(
        manager, "/campaigns/new/", name="Spring", segment=str(segment.pk), sample_percent="12.5", daily_limit="500",
        window_days=["2", "1"], window_from="09:30", window_until="16:00", reminders="12, 5", sample_count="",
    )  # fmt: skip
    made = Campaign.objects.get()
    assert (made.name, made.survey, made.segment, made.status) == ("Spring", survey, segment, "draft")
    assert (str(made.sample_share), made.daily_limit, made.reminders) == ("0.1250", 500, [5, 12])
    assert made.window is not None
    assert (made.window[0], str(made.window[1]), str(made.window[2])) == ([1, 2], "09:30:00", "16:00:00")
    assert made.created_by is not None
    page = manager.get(f"/campaigns/{made.pk}/").content.decode()
    for words in ("12.5 %", "500", "Monday, Tuesday, 09:30–16:00", "after 5 and 12 days", "Gold &lt;i&gt;"):
        assert words in page


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"sample_percent": "10", "sample_count": "5"}, "Give either a part or a number."),
        ({"sample_count": "5", "repeat_days": "90"}, "give a part in place of a number"),
        ({"repeat_days": "7", "reminders": "7"}, "The last reminder has to leave before they are asked again."),
        ({"window_from": "17:00", "window_until": "09:00"}, "It has to be later than From."),
        ({"window_until": ""}, "Give both times, or none."),
        ({"window_days": []}, "Tick at least one day, or leave the times empty."),
        ({"reminders": "5, soon"}, "Write at most 5 whole numbers of days, from 1 to 3650, such as 5, 12."),
        ({"reminders": "0"}, "Write at most 5 whole numbers of days"),
        ({"sample_percent": "150"}, "Write a number from 0.01 to 100."),
        ({"daily_limit": "0"}, "At least 1."),
        ({"name": ""}, "This is needed."),
        ({"survey": "999999"}, "Select a valid choice."),
    ],
)
def test_what_does_not_fit_together_is_said_beside_its_field(manager: Client, typed: Any, words: str) -> None:
    answer = sent_form(manager, "/campaigns/new/", **({"name": "Spring", "repeat_days": ""} | typed))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Campaign.objects.exists()


@pytest.mark.parametrize(("days", "shown"), [(["1", "2"], "Monday, Tuesday, 00:00–23:59"), (list("1234567"), "")])
def test_days_without_hours_are_whole_days(manager: Client, days: list[str], shown: str) -> None:
    sent_form(manager, "/campaigns/new/", name="Spring", window_days=days, window_from="", window_until="")
    made = Campaign.objects.get()
    assert (made.window is None) == (not shown)
    assert shown in manager.get(f"/campaigns/{made.pk}/").content.decode()


def test_days_begin_with_a_capital_where_they_are_labels(survey: Survey) -> None:
    dane = client_of(make_user("dan", "manager", language="da"))
    page = dane.get("/campaigns/new/").content.decode()
    assert "Tirsdag" in page
    assert "tirsdag" not in page
    sent_form(dane, "/campaigns/new/", name="Vinter", window_days=["2", "3"])
    assert "Tirsdag, onsdag, 09.00–17.00" in dane.get(f"/campaigns/{Campaign.objects.get().pk}/").content.decode()


def test_a_draft_sent_twice_is_made_once(manager: Client) -> None:
    page = manager.get("/campaigns/new/").content.decode()
    form = next(form for form in forms_on(page) if "reminders" in form.sent())
    for _click in range(2):
        assert manager.post("/campaigns/new/", form.sent() | {"name": ["Spring"]}).status_code == 302
    assert Campaign.objects.count() == 1


def test_start_pause_resume_and_stop_each_once(manager: Client, survey: Survey) -> None:
    make_people(3)
    campaign = make_campaign(survey)
    url = f"/campaigns/{campaign.pk}/"
    actions = (("start-all-the-same", "running"), ("pause", "paused"), ("resume", "running"), ("stop", "stopped"))
    for action, status in actions:
        answer = sent_form(manager, url, f"{url}do/{action}/")
        assert answer.status_code == 200
        campaign.refresh_from_db()
        assert campaign.status == status
        again = manager.post(f"{url}do/{action}/", follow=True)
        assert "not possible in its present state" in again.content.decode()
    assert Invitation.objects.filter(status="skipped", reason="ended").count() == 3
    page = manager.get(url).content.decode()
    assert "its campaign ended before" in page
    assert f"{url}recipients/?status=skipped&amp;reason=ended" in page


def test_a_pause_says_why_in_words(manager: Client, survey: Survey) -> None:
    campaign = make_campaign(survey)
    Campaign.objects.filter(pk=campaign.pk).update(
        status="paused", paused_because="bounces", paused_detail="6 / 100 (6.0 %)", started_at=timezone.now()
    )
    page = manager.get(f"/campaigns/{campaign.pk}/").content.decode()
    assert "Paused: too many mails came back." in page
    assert "6 / 100 (6.0 %)" in page
    assert "too many mails came back" in manager.get("/campaigns/").content.decode()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("nobody", "There is nobody to ask"),
        ("no server", "No mail server is set (EMAIL_URL)"),
        ("survey", "The survey cannot be answered"),
    ],
)
def test_why_it_cannot_start_is_said(manager: Client, survey: Survey, settings: Any, change: str, words: str) -> None:
    campaign = make_campaign(survey)
    if change != "nobody":
        make_people(1)
    if change == "no server":
        settings.MAIL_IS_STORED_ONLY = True
    if change == "survey":
        update_survey(survey, {"status": "paused"})
    answer = manager.post(f"/campaigns/{campaign.pk}/do/start-all-the-same/", follow=True)
    assert words in answer.content.decode()
    campaign.refresh_from_db()
    assert campaign.status == "draft"


def test_with_a_sender_at_fault_it_starts_only_once_somebody_says_all_the_same(
    manager: Client, survey: Survey, settings: Any
) -> None:
    make_people(1)
    campaign = make_campaign(survey)
    url = f"/campaigns/{campaign.pk}/"
    page = manager.get(url).content.decode()
    assert "Start all the same" in page
    assert "<strong>SITE_URL" in page
    assert f"{url}do/start/" not in page
    answer = manager.post(f"{url}do/start/", follow=True)  # from a page that was opened before it was at fault
    assert "Its sender needs mending" in answer.content.decode()
    campaign.refresh_from_db()
    assert campaign.status == "draft"
    settings.SITE_URL, settings.DEFAULT_FROM_EMAIL, settings.DEFAULT_FROM_IS_SET = (
        "https://ask.nordlys.dk", "ask@nordlys.dk", True,
    )  # fmt: skip
    sent_form(manager, url, f"{url}do/start/")
    campaign.refresh_from_db()
    assert campaign.status == "running"


def test_one_for_later_is_scheduled(manager: Client, survey: Survey) -> None:
    make_people(1)
    campaign = make_campaign(survey, start_at=timezone.now() + timedelta(days=2))
    answer = manager.post(f"/campaigns/{campaign.pk}/do/start-all-the-same/", follow=True)
    assert "It starts automatically on" in answer.content.decode()


def test_once_started_only_the_rest_may_be_changed(manager: Client, survey: Survey) -> None:
    make_people(1)
    campaign = make_campaign(survey)
    services.start(campaign_id=campaign.pk, at=timezone.now())
    url = f"/campaigns/{campaign.pk}/edit/"
    page = manager.get(url).content.decode()
    assert 'name="daily_limit"' in page
    assert 'name="segment"' not in page
    sent_form(manager, url, name="Summer", daily_limit="20")
    campaign.refresh_from_db()
    assert (campaign.name, campaign.daily_limit) == ("Summer", 20)


def test_recipients_are_listed_filtered_and_paged(manager: Client, survey: Survey) -> None:
    make_people(60)
    campaign = make_campaign(survey)
    services.start(campaign_id=campaign.pk, at=timezone.now())
    some = list(Invitation.objects.order_by("pk").values_list("pk", flat=True)[:3])
    Invitation.objects.filter(pk__in=some).update(status="bounced", reason="bounced")
    url = f"/campaigns/{campaign.pk}/recipients/"
    first = manager.get(url).content.decode()
    assert first.count('<th scope="row"') == 50
    assert "60 recipients" in first
    assert "optional" not in first
    rest = manager.get(url + first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]).content.decode()
    assert rest.count('<th scope="row"') == 10
    bounced = manager.get(url, {"status": "bounced", "reason": "bounced"}).content.decode()
    assert bounced.count('<th scope="row"') == 3
    assert "3 recipients" in bounced
    assert bounced.count("mail to this address came back") == 1, "the choice of the filter; the status says it"
    assert "No recipient fits." in manager.get(url, {"status": "answered"}).content.decode()
    for bad in ({"status": "gone"}, {"reason": "x"}, {"after": "x"}):
        assert manager.get(url, bad).status_code == 400


def test_its_figures_have_their_share_and_say_what_is_not_known(
    manager: Client, survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_people(8)
    campaign, url = make_campaign(survey), f"/campaigns/{Campaign.objects.get().pk}/"
    services.start(campaign_id=campaign.pk, at=timezone.now())
    rows = Invitation.objects.order_by("pk")
    rows.filter(pk__lte=rows[6].pk).update(status="sent")
    rows.filter(pk=rows[0].pk).update(status="answered")
    page = " ".join(manager.get(url).content.decode().split())
    assert "14 % of 7" in page
    assert "Which mails were delivered is not known" in page
    assert "<dt>Waiting</dt>" in page
    for nobody in ("Complained", "Held", "Unknown"):
        assert f"<dt>{nobody}</dt>" not in page
    monkeypatch.setattr("surveys.campaigns.screens.showing.are_bounces_read", lambda _at: True)
    page = " ".join(manager.get(url).content.decode().split())
    assert "<dt>Delivered</dt><dd>0</dd>" in page
    assert "is not known" not in page


def test_the_page_reloads_while_the_first_mails_leave(manager: Client, survey: Survey) -> None:
    make_people(2)
    campaign = make_campaign(survey)
    url = f"/campaigns/{campaign.pk}/"
    assert "Refresh" not in manager.get(url)
    services.start(campaign_id=campaign.pk, at=timezone.now())
    assert manager.get(url)["Refresh"] == "10"
    Campaign.objects.update(started_at=timezone.now() - timedelta(minutes=6))
    assert "Refresh" not in manager.get(url)
    Campaign.objects.update(started_at=timezone.now())
    Invitation.objects.update(status="sent")
    assert "Refresh" not in manager.get(url)


def test_how_many_are_in_it_stands_beside_start(manager: Client, survey: Survey) -> None:
    make_people(3, traits={"plan": "gold"})
    make_people(2)
    segment = save_segment(Segment(), {"name": "Gold", "filter": {"trait.plan": "gold"}})
    everybody, gold = make_campaign(survey), make_campaign(survey, segment=segment)
    for campaign, size in ((everybody, "5 customers"), (gold, "3 customers")):
        page = manager.get(f"/campaigns/{campaign.pk}/").content.decode()
        assert f"<strong>{size}</strong> now." in page
        assert page.index("Before it starts") < page.index(f"<strong>{size}") < page.index("do/start-all-the-same/")


def test_who_answered_stands_with_the_score_and_the_way_to_the_answer(
    manager: Client, survey: Survey, django_assert_max_num_queries: Any
) -> None:
    make_people(3)
    campaign = make_campaign(survey)
    services.start(campaign_id=campaign.pk, at=timezone.now())
    url = f"/campaigns/{campaign.pk}/recipients/"
    one, two, _silent = Invitation.objects.order_by("pk")
    answers = [
        make_answer(survey, score, contact=row.contact, invitation_id=row.pk) for score, row in ((3, one), (9, two))
    ]
    page = manager.get(url).content.decode()
    for answer in answers:
        assert f'href="/desk/answers/{answer.pk}/"' in page
    assert len(re.findall(r'"/desk/answers/\d', page)) == 2
    with django_assert_max_num_queries(12):
        manager.get(url)


def test_the_missing_are_sent_to_once_by_a_button(manager: Client, survey: Survey) -> None:
    make_people(2)
    campaign = make_campaign(survey)
    services.start(campaign_id=campaign.pk, at=timezone.now())
    one, two = Invitation.objects.order_by("pk")
    Invitation.objects.filter(pk=one.pk).update(status="bounced", reason="refused")
    Invitation.objects.filter(pk=two.pk).update(status="unknown")
    url = f"/campaigns/{campaign.pk}/recipients/"
    assert "One recipient got no mail for sure" in manager.get(url).content.decode()
    answer = sent_form(manager, url, f"/campaigns/{campaign.pk}/do/send-to-missing/")
    assert "1 recipient waits again." in answer.content.decode()
    assert list(Invitation.objects.order_by("pk").values_list("status", flat=True)) == ["waiting", "unknown"]
    assert "Send to the missing" not in manager.get(url).content.decode()


def test_the_mail_is_shown_in_each_language_and_a_test_goes_to_oneself(manager: Client, survey: Survey) -> None:
    campaign = make_campaign(survey)
    page = manager.get(f"/campaigns/{campaign.pk}/mail/da/").content.decode()
    assert page.count(f'src="/campaigns/{campaign.pk}/mail/da/preview/"') == 2
    preview = manager.get(f"/campaigns/{campaign.pk}/mail/da/preview/")
    assert "sandbox" in preview["Content-Security-Policy"]
    assert "Hvor sandsynligt" in preview.content.decode()
    for _click in range(2):
        told = sent_form(manager, f"/campaigns/{campaign.pk}/mail/da/", f"/campaigns/{campaign.pk}/mail/da/test/")
        assert "An admin gives you a real one" in told.content.decode()
    assert set(Delivery.objects.values_list("to_address", flat=True)) == {"mia@example.com"}
    assert not Invitation.objects.exists(), "it counts nowhere"
    assert manager.get(f"/campaigns/{campaign.pk}/mail/fr/").status_code == 404


def test_a_dry_run_says_how_many_on_which_days_and_who_not(manager: Client, survey: Survey) -> None:
    make_people(5)
    make_people(2, do_not_contact=True)
    make_people(1, last_asked_at=timezone.now())
    campaign = make_campaign(survey, daily_limit=2)
    page = " ".join(manager.get(f"/campaigns/{campaign.pk}/dry-run/").content.decode().split())
    assert "<dt>Would be asked</dt><dd><strong>5</strong>" in page
    assert "<dt>Would not be asked</dt><dd><strong>3</strong>" in page
    assert page.count("<meter") == 3, "two a day"
    for words in ("not to be contacted", "asked or answered a short while ago"):
        assert words in page
    assert not Invitation.objects.exists()
    campaign.refresh_from_db()
    assert campaign.status == "draft"


def test_a_dry_run_of_nobody_says_so(manager: Client, survey: Survey) -> None:
    page = manager.get(f"/campaigns/{make_campaign(survey).pk}/dry-run/").content.decode()
    assert "On none: nobody would be asked." in page


def test_the_sender_is_judged_beside_the_draft(manager: Client, survey: Survey) -> None:
    page = manager.get(f"/campaigns/{make_campaign(survey).pk}/").content.decode()
    assert "No sender is set (DEFAULT_FROM_EMAIL)" in page
    assert "which customers cannot open" in page


def test_a_draft_is_deleted_and_one_that_started_is_not(manager: Client, survey: Survey) -> None:
    make_people(1)
    draft, started = make_campaign(survey), make_campaign(survey)
    services.start(campaign_id=started.pk, at=timezone.now())
    for campaign in (draft, started):
        manager.post(f"/campaigns/{campaign.pk}/delete/")
    assert list(Campaign.objects.all()) == [started]


def test_who_may(survey: Survey) -> None:
    """Viewers and agents see; managers act; another team's campaign is not there."""
    campaign = make_campaign(survey)
    for role in ("viewer", "agent"):
        client = client_of(make_user(role, role, language="en"))
        assert client.get(f"/campaigns/{campaign.pk}/").status_code == 200
        assert f"/campaigns/{campaign.pk}/do/" not in client.get(f"/campaigns/{campaign.pk}/").content.decode()
        for url in ("do/start/", "delete/", "mail/da/test/"):
            assert client.post(f"/campaigns/{campaign.pk}/{url}").status_code == 403
        for url in ("/campaigns/new/", f"/campaigns/{campaign.pk}/edit/"):
            assert client.get(url).status_code == 403
    survey.team = Team.objects.create(name="North")
    survey.save()
    other = make_user("ole", "manager", all_teams=False)
    other.teams.add(Team.objects.create(name="South"))
    for url in ("", "edit/", "recipients/", "mail/", "mail/da/preview/", "dry-run/"):
        assert client_of(other).get(f"/campaigns/{campaign.pk}/{url}").status_code == 404
    assert client_of(other).post(f"/campaigns/{campaign.pk}/do/start/").status_code == 404
