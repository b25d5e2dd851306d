"""When a customer may be asked again. Pure: no database and no clock."""

from datetime import datetime, timedelta


def quarantine_days(ask_every_days: int | None, survey_days: int | None = None, *, company_days: int) -> int:
    """How many days lie between two asks: the customer's own wish, else the survey's, else the company's."""
    if ask_every_days is not None:
        return ask_every_days
    return company_days if survey_days is None else survey_days


def may_be_asked_from(
    *,
    last_asked_at: datetime | None,
    ask_every_days: int | None,
    at: datetime,
    company_days: int,
    survey_days: int | None = None,
) -> datetime | None:
    """The end of the quarantine; None when the customer may be asked at `at`."""
    if last_asked_at is None:
        return None
    ends = last_asked_at + timedelta(days=quarantine_days(ask_every_days, survey_days, company_days=company_days))
    return ends if ends > at else None
