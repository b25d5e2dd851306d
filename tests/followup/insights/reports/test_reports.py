"""Reports by mail: to whom, when, of what, once; their pictures and the PDF; and not when nothing happened."""

import re
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from followup.insights.reports.figures import period_of
from followup.insights.reports.models import Report
from followup.insights.reports.tasks import send
from followup.tickets import opening
from nps_project.accounts.models import Team, User
from nps_project.deliveries import sending as deliveries
from nps_project.deliveries.models import Delivery
from surveys.contacts.segments.services import save_segment
from surveys.models import Segment, Survey
from tests.factories import client_of, make_answer, make_contact, make_survey, make_user
from tests.nps_project.deliveries.mail_server import MailServer, running

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
THURSDAY = datetime(2026, 11, 19, 10, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)  # half past seven in Copenhagen


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    with running(settings) as made:
        yield made


def reader(name: str = "bea", **fields: Any) -> User:
    person = make_user(name, "manager", **{"time_zone": "Europe/Copenhagen"} | fields)
    User.objects.filter(pk=person.pk).update(email=f"{name}@nordlys.dk")
    person.refresh_from_db()
    return person


def answers(survey: Survey, scores: list[int], at: datetime = THURSDAY, **fields: Any) -> None:
    for score in scores:
        made = make_answer(survey, score, answered_at=at, recorded_at=at, **fields)
        opening.open_for_response(made.pk, at=at)


def order(person: User, at: datetime = THURSDAY, **fields: Any) -> Report:
    """By the page, on Mondays at seven unless `fields` say otherwise."""
    form = {"every": "week", "weekday": 0, "at": "07:00"} | fields
    with time_machine.travel(at, tick=False):
        answer = client_of(person).post("/insights/reports/", form)
    assert answer.status_code == 302, answer.content.decode()
    return Report.objects.select_related("person").latest("pk")


def deliver() -> None:
    """What the sending of mails does."""
    for row in Delivery.objects.filter(template="report", status="queued"):
        deliveries.send_one(row.pk)


def at_time(at: datetime) -> None:
    """What beat does each minute, and the sending of mails."""
    with time_machine.travel(at, tick=False):
        send()
        deliver()


def unpacked(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""


def words_of(server: MailServer) -> str:
    body = server.taken[-1].get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_who_moves_to_another_zone_gets_the_next_one_at_the_hour_of_its_clocks() -> None:
    person = reader()
    report = order(person)
    assert report.due_at == datetime(2026, 11, 23, 6, tzinfo=UTC)
    with time_machine.travel(THURSDAY, tick=False):
        client_of(person).post("/setup/me/", {"name": "Bea", "language": "en", "time_zone": "America/New_York"})
    report.refresh_from_db()
    assert report.due_at == datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_what_is_due_already_still_comes_after_a_move() -> None:
    person = reader()
    report = order(person)
    with time_machine.travel(MONDAY, tick=False):
        person.time_zone = "America/New_York"
        person.save()
    report.refresh_from_db()
    assert report.due_at == datetime(2026, 11, 23, 6, tzinfo=UTC)


def test_a_week_is_told_once_at_the_readers_own_time_with_its_pictures(server: MailServer) -> None:
    survey = make_survey()
    for day in (THURSDAY, THURSDAY - DAY):
        answers(survey, [10] * 8 + [8] * 2 + [3] * 5, day)
    answers(survey, [10] * 12, THURSDAY - 7 * DAY)
    report = order(reader())
    assert report.due_at == MONDAY - HOUR / 2
    at_time(MONDAY - HOUR)
    assert not server.taken
    at_time(MONDAY)
    at_time(MONDAY + HOUR)
    assert [mail["To"] for mail in server.taken] == ["bea@nordlys.dk"]
    mail = server.taken[0]
    assert mail["Subject"] == "NPS 20: 16 Nov 2026 to 22 Nov 2026"
    assert mail["Auto-Submitted"] == "auto-generated"
    words = words_of(server)
    assert "NPS 20, between" in words
    assert "Change: −80. Worse, and more than noise" in words
    html = mail.get_body(("html",))
    assert html is not None
    pictures = {part["Content-ID"]: part for part in mail.walk() if part.get_content_maintype() == "image"}
    assert set(pictures) == {"<scores>", "<trend>"}
    for name, part in pictures.items():
        assert f'src="cid:{name[1:-1]}"' in html.get_content()
        assert part.get_content()[:4] == b"\x89PNG"
        assert part.get_content_disposition() == "inline"
    assert "application/pdf" not in [part.get_content_type() for part in mail.walk()]
    at_time(MONDAY + 7 * DAY)
    assert len(server.taken) == 1  # nobody answered in that week


def test_the_pdf_is_one_page_in_the_readers_language(server: MailServer) -> None:
    answers(make_survey(), [10] * 8 + [3] * 5)
    order(reader(language="da"), with_pdf="on")
    at_time(MONDAY)
    mail = server.taken[0]
    assert mail["Subject"] == "NPS 23: 16. nov. 2026 til 22. nov. 2026"
    pdf = next(part for part in mail.walk() if part.get_content_type() == "application/pdf")
    assert pdf.get_filename() == "nps-2026-11-22.pdf"
    assert pdf.get_content()[:5] == b"%PDF-"
    streams = re.findall(rb"stream\n(.*?)\nendstream", pdf.get_content(), re.DOTALL)
    assert b"/Count 1" in pdf.get_content() + b"".join(map(unpacked, streams))


def test_a_month_is_of_the_calendar_and_told_on_the_first(server: MailServer) -> None:
    survey = make_survey()
    answers(survey, [10] * 12)
    answers(survey, [3] * 12, THURSDAY - 30 * DAY)
    report = order(reader(), every="month")
    first = datetime(2026, 12, 1, 6, tzinfo=UTC)
    assert report.due_at == first
    at_time(first)
    assert server.taken[0]["Subject"] == "NPS 100: 1 Nov 2026 to 30 Nov 2026"
    assert "Change: +200" in words_of(server)


def test_few_answers_show_no_figure(server: MailServer) -> None:
    answers(make_survey(), [10, 3])
    order(reader())
    at_time(MONDAY)
    assert "2 answers; the NPS is shown from 10 on." in words_of(server)
    assert not [part for part in server.taken[0].walk() if part.get_content_maintype() == "image"]


def test_days_with_few_answers_are_on_no_line(server: MailServer) -> None:
    """The line told what one customer said on a day."""
    survey = make_survey()
    for number in range(4):
        answers(survey, [10] * 2 + [3], THURSDAY - number * DAY)
    answers(survey, [10] * 12, THURSDAY + DAY)
    order(reader())
    at_time(MONDAY)
    pictures = {part["Content-ID"] for part in server.taken[0].walk() if part.get_content_maintype() == "image"}
    assert pictures == {"<scores>"}


def test_a_segment_counts_its_own_customers(server: MailServer) -> None:
    survey, person = make_survey(), reader()
    for number in range(24):
        contact = make_contact(number, language="da" if number < 12 else "en")
        answers(survey, [2 if number < 12 else 10], contact=contact)
    segment = save_segment(Segment(), {"name": "Danes", "filter": {"language": "da"}}, by=person)
    order(person, segment=segment.pk)
    at_time(MONDAY)
    assert server.taken[0]["Subject"] == "NPS −100, Danes: 16 Nov 2026 to 22 Nov 2026"
    assert "n 12" in words_of(server)


def test_a_team_or_survey_that_one_may_not_see_any_more_tells_nothing(server: MailServer) -> None:
    north = Team.objects.create(name="North")
    survey, person = make_survey(team=north), reader(all_teams=False)
    north.members.add(person)
    answers(survey, [10] * 12)
    order(person, survey=survey.pk)
    order(person, team=north.pk)
    north.members.remove(person)
    at_time(MONDAY)
    assert not server.taken


@pytest.mark.parametrize("gone", ["switched off", "ended"])
def test_what_was_ended_before_it_left_does_not_leave(server: MailServer, gone: str) -> None:
    answers(make_survey(), [10] * 12)
    report = order(reader())
    with time_machine.travel(MONDAY, tick=False):
        send()
        if gone == "ended":
            client_of(report.person).post(f"/insights/reports/{report.pk}/end/")
        else:
            User.objects.filter(pk=report.person_id).update(is_active=False)
        deliver()
    assert Delivery.objects.get(template="report").status == "cancelled"
    assert not server.taken


def test_one_that_is_late_by_days_waits_for_the_next_week(server: MailServer) -> None:
    answers(make_survey(), [10] * 12)
    report = order(reader())
    at_time(MONDAY + 3 * DAY)
    assert not server.taken
    report.refresh_from_db()
    assert report.due_at == MONDAY - HOUR / 2 + 7 * DAY


def test_somebody_elses_report_is_not_there() -> None:
    report = order(reader())
    other = client_of(reader("kim"))
    for action in ("send", "end"):
        assert other.post(f"/insights/reports/{report.pk}/{action}/").status_code == 404
    assert client_of(report.person).post(f"/insights/reports/{report.pk}/x/").status_code == 404
    assert Report.objects.filter(pk=report.pk).exists()
    assert "All that you see" not in other.get("/insights/reports/").content.decode()


def test_the_last_one_can_be_had_at_once(server: MailServer) -> None:
    answers(make_survey(), [10] * 12)
    report = order(reader())
    with time_machine.travel(MONDAY - 2 * HOUR, tick=False):
        for _twice in range(2):
            client_of(report.person).post(f"/insights/reports/{report.pk}/send/")
        deliver()
    assert len(server.taken) == 1
    at_time(MONDAY)
    assert len(server.taken) == 2


def test_a_form_that_cannot_be_is_named(db: None) -> None:
    person, survey = reader(), make_survey()
    team = Team.objects.create(name="North")
    for fields, said in (
        ({"survey": survey.pk, "team": team.pk}, "Allowed: a survey, a team or a segment"),
        ({"weekday": 9}, "9"),
        ({"at": "25:00"}, "valid time"),
        ({"every": "year"}, "year"),
    ):
        form = {"every": "week", "weekday": 0, "at": "07:00"} | fields
        answer = client_of(person).post("/insights/reports/", form)
        assert answer.status_code == 422
        assert said in answer.content.decode()
    assert not Report.objects.exists()
    assert Client().get("/insights/reports/").status_code == 302


def test_a_report_is_about_the_days_by_the_readers_clock() -> None:
    report = order(reader(time_zone="America/New_York"), every="month")
    assert period_of(report, datetime(2026, 12, 1, 3, tzinfo=UTC)).last.isoformat() == "2026-10-31"


def test_the_days_to_choose_from_begin_with_a_capital() -> None:
    page = client_of(reader(language="da")).get("/insights/reports/").content.decode()
    assert ">Mandag</option>" in page
    assert ">mandag</option>" not in page
