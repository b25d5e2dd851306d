"""Hostile parameters of the pages and files of figures, and of the list of mails: no 500, whatever they say."""

from urllib.parse import quote

import pytest

from tests.addresses import make_world
from tests.api_client import Program
from tests.factories import client_of, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits")]

VALUES = ("\0", "\ud800", "9" * 5000, "9999-12-31", "'; drop")
NAMES = (
    "survey", "team", "owner", "from", "to", "by", "with", "one", "two", "language", "trait.plan", "cause", "figure",
    "after", "state", "view", "playbook", "score", "q", "again", "before", "reason", "value_from", "currency",
    "company", "campaign", "weigh", "channel", "value", "group", "word", "other",
)  # fmt: skip
PAGES = (
    "/insights/", "/insights/compare/", "/insights/compare/groups.svg", "/insights/pictures/scores.png",
    "/insights/recovery/", "/insights/recovery/recovery.csv", "/insights/recovery/tickets/",
    "/insights/recovery/speed.svg", "/insights/causes/", "/insights/causes/causes.xlsx", "/insights/improvements/",
    "/insights/improvements/new/", "/insights/trials/new/", "/desk/mail/", "/insights/silence/",
    "/insights/silence/silence.csv", "/insights/silence/people/", "/insights/silence/tickets/",
    "/insights/silence/pictures/steps.svg", "/insights/silence/calls/", "/insights/silence/calls/new/",
    "/insights/fair-play/", "/insights/fair-play/fair-play.csv", "/insights/fair-play/bursts/", "/insights/risk/",
    "/insights/risk/risk.csv", "/insights/risk/customers.csv", "/insights/risk/worth.svg", "/insights/words/",
    "/insights/words/sentences/", "/insights/words/words.xlsx", "/insights/themes/", "/insights/wall/",
    "/insights/wall/links/", "/insights/reports/",
)  # fmt: skip
OF_API = ("stats/nps/trend/", "stats/compare/", "stats/by/team/", "stats/recovery/", "stats/causes/", "messages/",
          "stats/silence/", "stats/words/", "stats/risk/", "stats/risk/customers/", "stats/fair-play/")  # fmt: skip


OF_PROGRAMS = ("survey", "from", "to", "interval", "ticket", "by", "weigh", "campaign", "team", "currency", "language",
               "reason", "cursor")  # fmt: skip


def asked(names: tuple[str, ...], value: str) -> str:
    return "&".join(f"{name}={quote(value.encode(errors='surrogatepass'))}" for name in names)


def test_no_parameter_of_a_figure_is_a_500() -> None:
    make_world()
    admin, program = client_of(make_user("hostile", "admin")), Program()
    admin.raise_request_exception = False
    for value in VALUES:
        for page in PAGES:
            assert admin.get(f"{page}?{asked(NAMES, value)}").status_code < 500, (page, value[:20])
        for page in OF_API:
            answer = program.call("GET", f"{page}?{asked(OF_PROGRAMS, value)}")
            assert answer.status_code in (200, 400, 404), (page, value[:20])
