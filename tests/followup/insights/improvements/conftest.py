"""A mail server, a manager, and a survey with the usual root causes."""

from collections.abc import Iterator
from typing import Any

import pytest

from followup.causes import services as causes
from nps_project.accounts.models import User
from surveys.models import Survey
from tests.factories import make_survey, make_user
from tests.nps_project.deliveries.mail_server import MailServer, running


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    with running(settings) as made:
        yield made


@pytest.fixture
def manager(db: None) -> User:
    causes.ensure_defaults()
    return make_user("ada", "manager")


@pytest.fixture
def survey(manager: User) -> Survey:
    return make_survey()
