"""A short name for what a reader of figures was asked: the same question, the same name."""

import hashlib
import time
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db.models import Model, QuerySet
from django.utils.translation import get_language

import followup
import surveys
from nps_project.accounts.models import User

_MOMENT = "at"
_BEGAN = time.time()


def digest_of(reader: str, given: Mapping[str, Any], generation: str = "") -> str:
    """The name of what `reader` was asked with these arguments, in the language of the page.

    `generation`: what was forgotten and changed until then. Rows that are asked for are told by their statement, and a
    person by what they may see: all who see all teams read the same. What is called `at` says when it was asked, not
    what: it is left out. Raises: TypeError for an argument that has no name here.
    """
    told = repr((_code(), generation, settings.TIME_ZONE, reader, get_language(), _named(given)))
    return hashlib.sha256(told.encode()).hexdigest()


def _named(given: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Arguments or fields, by names that the code gave them; what people name, such as a trait, may be called `at`."""
    return sorted((name, _told(value)) for name, value in given.items() if name != _MOMENT)


def _told(one: Any) -> Any:
    if isinstance(one, QuerySet):
        return _statement(one)
    if isinstance(one, User) and one.sees_all_teams and one.survey_limit_id() is None:
        return "whoever sees all teams"
    if isinstance(one, Model):
        return one._meta.label, one.pk
    if is_dataclass(one) and not isinstance(one, type):
        return type(one).__name__, _named({field.name: getattr(one, field.name) for field in fields(one)})
    if isinstance(one, Mapping):
        return sorted((str(key), _told(value)) for key, value in one.items())
    if isinstance(one, list | tuple):
        return [_told(each) for each in one]
    if one is None or isinstance(one, str | int | float | Decimal | date | timedelta):
        return repr(one)
    raise TypeError(f"no name for {type(one).__name__}")


def _statement(rows: QuerySet[Any, Any]) -> str:
    try:
        statement, values = rows.query.sql_with_params()
    except EmptyResultSet:
        return ""
    return repr((statement, _told(values)))


@cache
def _code() -> str:
    """Of the code that counts: what another release counted is not read by this one."""
    return name_of_code([Path(package.__path__[0]) for package in (followup, surveys)], _BEGAN)


def name_of_code(folders: Iterable[Path], began: float) -> str:
    """A name of what the Python files in these folders say; its own for each call where one was replaced since `began`,
    in seconds of the clock: a process that runs on counts by what was there before."""
    found, is_replaced = hashlib.sha256(), False
    for folder in folders:
        for path in sorted(folder.rglob("*.py")):
            found.update(path.read_bytes())
            is_replaced = is_replaced or path.stat().st_ctime > began
    return uuid4().hex if is_replaced else found.hexdigest()
