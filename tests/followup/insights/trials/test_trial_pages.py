"""The pages of trials: from the play's editor to the change in force, and nothing to see before the end."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from followup.insights.trials import texts
from followup.insights.trials.estimate import Comparison
from followup.models import Ticket
from followup.playbooks import services as playbooks
from followup.playbooks.services import plays_of
from followup.playbooks.trials.models import Draw, Trial
from followup.tickets import opening
from surveys.models import Survey
from tests.factories import client_of, make_answer, make_contact, make_survey, make_user
from tests.followup.playbooks.trials.making import draft_trial, make_trials, run_trial
from tests.page_forms import Forms

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def survey() -> Survey:
    return make_survey()


@pytest.fixture
def admin() -> Client:
    return client_of(make_user("planner", "admin"))


def typed(**fields: Any) -> dict[str, Any]:
    return {
        "name": "Call sooner", "expectation": "They come back.", "scores": ["3"], "baseline": "20", "effect": "20",
        "window_days": "60", "last_day": (timezone.now().date() + 100 * DAY).isoformat(),
    } | fields  # fmt: skip


def fields_of(client: Client, address: str) -> dict[str, Any]:
    """What the form of a play sends as it stands."""
    forms = Forms(client.get(address).content.decode()).forms
    return next(form.sent() for form in forms if form.form_id == "play")


def test_from_the_plays_editor_to_the_change_in_force(survey: Survey, admin: Client) -> None:
    book = playbooks.playbook_of(survey.pk)
    editor = admin.get(f"/setup/playbooks/{book.pk}/3/").content.decode()
    assert f"/insights/trials/new/?playbook={book.pk}&amp;score=3" in editor
    form = admin.get(f"/insights/trials/new/?playbook={book.pk}&score=3").content.decode()
    assert 'value="3"' in form
    assert "too few such customers" in form

    made = admin.post(f"/insights/trials/new/?playbook={book.pk}", typed())
    trial = Trial.objects.get()
    assert made.headers["Location"] == f"/insights/trials/{trial.pk}/"
    assert (trial.per_arm, trial.scores) == (90, [3])
    page = admin.get(f"/insights/trials/{trial.pk}/").content.decode()
    assert "180 customers, 90 for each version on average: so many find a change from 20 % to 40 % in 80 of 100" in page
    assert "Both versions are the same still." in page

    too_early = admin.post(f"/insights/trials/{trial.pk}/start/")
    assert too_early.status_code == 422
    assert "is the same in both versions" in too_early.content.decode()

    address = f"/insights/trials/{trial.pk}/plays/3/"
    fields = fields_of(admin, address)
    refused = admin.post(address, fields | {"hours": "48"})
    assert refused.status_code == 422
    assert "no customer of a trial is promised less" in refused.content.decode()
    assert admin.post(address, fields | {"hours": "4"}).status_code == 302
    assert plays_of(book)[3].hours == 24

    admin.post(f"/insights/trials/{trial.pk}/start/")
    trial.refresh_from_db()
    assert trial.state == "drawing"
    assert admin.get(f"/insights/trials/{trial.pk}/plan/").status_code == 404
    in_force = f"/setup/playbooks/{book.pk}/3/"
    blocked = admin.post(in_force, fields_of(admin, in_force) | {"hours": "9"})
    assert blocked.status_code == 422
    assert "takes part in the trial “Call sooner”" in blocked.content.decode()

    over = timezone.now() - DAY
    counts = {"a": {"n": 90, "answered": 40, "recovered": 18}, "b": {"n": 92, "answered": 60, "recovered": 39}}
    Trial.objects.update(state="ended", drawn_until=over, counts_until=over, ended_at=over, result=counts)
    result = admin.get(f"/insights/trials/{trial.pk}/").content.decode()
    assert "With the change more customers came back: 42\u00a0% instead of 20\u00a0%, 22 points more." in result
    assert "They come back." in result
    admin.post(f"/insights/trials/{trial.pk}/adopt/")
    assert plays_of(book)[3].hours == 4
    assert "put the change in force" in admin.get(f"/insights/trials/{trial.pk}/").content.decode()


def test_until_the_end_only_how_many_were_drawn_is_shown(survey: Survey, admin: Client) -> None:
    trial = run_trial(survey)
    for number in range(3):
        opening.open_for_response(make_answer(survey, 3, contact=make_contact(number)).pk)
    Draw.objects.update(arm="b")
    answered = Ticket.objects.order_by("pk")[0].response
    make_answer(survey, 10, contact=answered.contact, follows_id=answered.pk)
    for path in (f"/insights/trials/{trial.pk}/", "/insights/trials/"):
        page = admin.get(path).content.decode()
        assert "3 of 182" in page
        assert "came back better" not in page.lower()
        assert "points more" not in page
    assert Trial.objects.get().result is None


def test_the_newest_trial_stands_first(survey: Survey, admin: Client) -> None:
    made = [trial.pk for trial in make_trials(survey)]
    shown = [row["trial"].pk for row in admin.get("/insights/trials/").context["rows"]]
    assert shown == made[::-1]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("effect", "85", "at most 99 % can"),
        ("baseline", "0", "Allowed: 1 or more"),
        ("baseline", "x", "Allowed: a whole number"),
        ("scores", ["11"], "11 is not one of the available choices"),
        ("scores", [], "This is needed."),
        ("window_days", "5", "Allowed: 21 or more"),
        ("last_day", "2020-01-01", "2020-01-01 is not from today to"),
        ("last_day", "9999-12-31", "from 1900-01-01 to 2999-12-31"),
        ("expectation", "\u200b", "This is needed."),
        ("surveys", ["999"], "999 is not one of the available choices"),
    ],
)
def test_a_bad_plan_is_named_kindly(survey: Survey, admin: Client, field: str, value: Any, words: str) -> None:
    answer = admin.post("/insights/trials/new/", typed(**{field: value}))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Trial.objects.exists()


def test_a_form_sent_twice_plans_one_trial(survey: Survey, admin: Client) -> None:
    fields = typed(submission="a" * 22)
    admin.post("/insights/trials/new/", fields)
    admin.post("/insights/trials/new/", fields)
    assert Trial.objects.count() == 1


def test_stopping_needs_a_reason_and_keeps_it(survey: Survey, admin: Client) -> None:
    trial = run_trial(survey)
    address = f"/insights/trials/{trial.pk}/stop/"
    assert admin.post(address, {"reason": "  "}).status_code == 422
    admin.post(address, {"reason": "No <b>vouchers"})
    page = admin.get(f"/insights/trials/{trial.pk}/").content.decode()
    assert "No &lt;b&gt;vouchers" in page
    assert "It has no result" in page
    again = admin.post(address, {"reason": "Again"}, follow=True)
    assert "Nothing was changed" in again.content.decode()


def test_managers_of_all_teams_make_trials_and_others_do_not(survey: Survey) -> None:
    trial = draft_trial(survey)
    of_all = client_of(make_user("chief", "manager", all_teams=True))
    assert of_all.get(f"/insights/trials/{trial.pk}/plays/3/").status_code == 200
    assert of_all.post("/insights/trials/new/", typed()).status_code == 302
    of_one = client_of(make_user("lead", "manager", all_teams=False))
    for path in ("", "new/", f"{trial.pk}/", f"{trial.pk}/plan/", f"{trial.pk}/plays/3/"):
        assert of_one.get(f"/insights/trials/{path}").status_code == 403
    assert of_one.post(f"/insights/trials/{trial.pk}/start/").status_code == 403


def test_strange_addresses_are_not_there(survey: Survey, admin: Client) -> None:
    trial = run_trial(survey)
    for path in ("999/", f"{trial.pk}/plays/3/", f"{trial.pk}/plays/99/", "new/?playbook=999", "new/?playbook=٣",
                 "new/?playbook=" + "9" * 30):  # fmt: skip
        assert admin.get(f"/insights/trials/{path}").status_code == 404
    assert admin.get("/insights/trials/new/?score=99999").status_code == 200
    assert admin.post(f"/insights/trials/{trial.pk}/explode/").status_code == 404


def test_what_people_type_is_text(survey: Survey, admin: Client) -> None:
    for trial in make_trials(survey):
        page = admin.get(f"/insights/trials/{trial.pk}/").content.decode()
        assert "<script>x" not in page
        assert "Call <b>" not in page
        assert "No <b>" not in page


def test_the_list_costs_as_many_queries_for_many_as_for_one(
    survey: Survey, admin: Client, django_assert_max_num_queries: Any
) -> None:
    make_trials(survey)
    with django_assert_max_num_queries(5):  # session, user, bell, trials
        admin.get("/insights/trials/")


def said(a: tuple[int, int, int], b: tuple[int, int, int], **fields: Any) -> list[str]:
    names = ("n", "answered", "recovered")
    found = Comparison.of({"a": dict(zip(names, a, strict=True)), "b": dict(zip(names, b, strict=True))})
    trial = Trial(per_arm=90, effect=20, **fields)
    return [texts.headline(found), *texts.explained(found, trial), *texts.limits(found, trial)]


def test_the_result_in_words() -> None:
    unclear = said((40, 20, 10), (42, 21, 13))
    assert unclear[0].startswith(
        "This trial could not tell whether the change helps: 31\u00a0% came back with it, 25\u00a0%"
    )
    assert "It drew 82 customers of the 180 that it needed; small effects need more." in unclear
    assert any("is still possible" in line for line in unclear)
    small = said((900, 500, 200), (900, 500, 201))
    assert any("An effect of 20 points, for which it was made, is unlikely." in line for line in small)
    assert said((90, 40, 39), (90, 40, 18))[0].startswith("With the change fewer customers came back: 20\u00a0%")
    assert said((0, 0, 0), (5, 1, 1))[0] == "This trial could not tell: one of the versions drew nobody."
    makes_answer = "Part of the difference may be that one version makes more customers answer."
    assert makes_answer in said((90, 20, 18), (90, 60, 39))
    assert makes_answer not in said((90, 40, 18), (90, 41, 39))
