"""The addresses of the pages about the silent, with a call list behind them."""

from django.utils import timezone

from followup.insights.silence.models import Call, CallList
from nps_project.accounts.models import User
from surveys.models import Survey
from tests.factories import make_answer, make_contact


def _call_list(survey: Survey, by: User) -> tuple[CallList, Call]:
    """One that says something, whose next customer this person calls."""
    drawn = CallList.objects.create(
        name="Silent <b>", survey=survey, asked=60, promoters=5, passives=5, detractors=10, silent=40, reachable=30,
        drawn=16,
    )  # fmt: skip
    made = []
    for number in range(16):
        contact = make_contact(200 + number)
        made.append(Call.objects.create(call_list=drawn, contact=contact, place=number + 1))
        if number < 12:
            answer = make_answer(survey, 7 + number % 3, channel="phone", contact=contact)
            Call.objects.filter(pk=made[-1].pk).update(state="answered", response=answer, done_at=answer.answered_at)
    Call.objects.filter(pk=made[12].pk).update(state="left_out", reason="do_not_contact")
    Call.objects.filter(pk=made[13].pk).update(state="claimed", caller=by, claimed_at=timezone.now())
    return drawn, made[13]


def silence_pages(survey: Survey, by: User) -> dict[str, list[str]]:
    """Addresses by route."""
    drawn, call = _call_list(survey, by)
    drawn_at, of_list = f"/insights/silence/calls/{drawn.pk}/", "insights/silence/calls/<int:call_list_id>/"
    return {
        "insights/silence/": [
            "/insights/silence/",
            "/insights/silence/?by=segment&weigh=company",
            "/insights/silence/?by=x",
        ],
        "insights/silence/silence.csv": ["/insights/silence/silence.csv"],
        "insights/silence/people/": ["/insights/silence/people/?figure=asked", "/insights/silence/people/?figure=x"],
        "insights/silence/tickets/": ["/insights/silence/tickets/?figure=followed_up"],
        "insights/silence/pictures/<slug:name>.<slug:kind>": ["/insights/silence/pictures/steps.svg"],
        "insights/silence/calls/": ["/insights/silence/calls/", "/insights/silence/calls/?after=x"],
        "insights/silence/calls/new/": ["/insights/silence/calls/new/", "/insights/silence/calls/new/?survey=autumn"],
        f"{of_list}": [drawn_at],
        f"{of_list}picture.<slug:kind>": [f"{drawn_at}picture.svg"],
        f"{of_list}calls.csv": [f"{drawn_at}calls.csv"],
        f"{of_list}stop/": [f"{drawn_at}stop/"],
        f"{of_list}next/": [f"{drawn_at}next/"],
        f"{of_list}<int:call_id>/answer/": [f"{drawn_at}{call.pk}/answer/"],
        f"{of_list}<int:call_id>/<slug:what>/": [f"{drawn_at}{call.pk}/later/"],
    }
