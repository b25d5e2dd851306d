"""Rows that the tests of one module share: made once for all, and each test undoes what it did beside them."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any, TypeVar

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import translation

from followup.desk.queue import live_lines
from followup.playbooks import services as playbooks
from surveys.branding import look
from surveys.contacts import lookup

Made = TypeVar("Made")


def forget_memories() -> None:
    """What a process remembers: a survey of the test before may have had the same address, a version of its plays or a
    row the same id."""
    for memory in (lookup, playbooks, look, live_lines):
        memory.forget_all()


def kept_for_module(make: Callable[[], Made]) -> Any:
    """A fixture of a module, whose rows stay to its end. No test of the module may be one of `transaction=True`.

    What a test gets is to be a copy (`copy_of`): its objects change as it goes on, and the rows come back.
    """

    @pytest.fixture(scope="module")
    def kept(django_db_setup: None, django_db_blocker: Any) -> Iterator[Made]:
        with django_db_blocker.unblock(), transaction.atomic():
            forget_memories()
            with translation.override(settings.LANGUAGE_CODE):
                made = make()
            yield made
            transaction.set_rollback(True)

    return kept


def copy_of(made: Made) -> Made:
    """The objects of rows as they were made, for one test."""
    return deepcopy(made)
