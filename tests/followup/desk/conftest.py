"""Who works at the desk."""

import pytest
from django.test import Client

from nps_project.accounts.models import User
from tests.factories import client_of, make_user


@pytest.fixture
def bea() -> User:
    return make_user("bea", language="nl")


@pytest.fixture
def client(bea: User) -> Client:
    return client_of(bea)
