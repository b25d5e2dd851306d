"""Companies: their figures, of what a user may see, and changing them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Count, F, Func, JSONField, Sum, TextField, Value
from django.utils import timezone

from nps_project.accounts.models import User
from nps_project.common.text import shown
from nps_project.common.zones import zone_names
from surveys import hooks
from surveys.contacts.contact_filter import listed_for
from surveys.errors import SurveyError
from surveys.models import Company, Contact, Response
from surveys.models.company import CompanyQuerySet
from surveys.models.contact import COMPANY_TRAIT
from surveys.scoring import NpsFigures


class CompanyTaken(SurveyError):
    """Another company has this name."""

    status = 409
    code = "company_taken"


@dataclass(frozen=True, slots=True)
class CompanyFigures:
    """What a user is told of one company beside its name.

    `value` is its own, else the sum of what its contacts are worth, else None. Who does not see whole companies is told
    of the contacts that they may see, and no `time_zone`.
    """

    contacts: int
    value: Decimal | None
    value_is_own: bool
    nps: NpsFigures
    open_tickets: int
    time_zone: str


def sees_whole_companies(user: User) -> bool:
    """Whether this user sees and changes what is known of a company as a whole: who sees all teams.

    All teams' customers may belong to one company, and whoever may edit a customer may name any. So a customer of it
    shows its name and that customer, and gives neither sight of its own value and time zone nor the right to change it.
    """
    return user.survey_limit_id() is None and user.sees_all_teams


def companies_for(user: User) -> CompanyQuerySet:
    """The companies that this user may see: none for a key of one survey."""
    if user.survey_limit_id() is not None:
        return Company.objects.none()
    return Company.objects.visible_to(user, listed_for(user))


def figures_of(companies: Sequence[Company], user: User) -> dict[int, CompanyFigures]:
    """The figures of each company by its id, of the contacts, answers and tickets that this user may see; 3 queries."""
    ids = [company.pk for company in companies]
    if not ids:
        return {}
    is_whole = sees_whole_companies(user)
    contacts = listed_for(user).filter(company__in=ids).order_by()
    grouped = contacts.values_list("company").annotate(Count("pk"), Sum("value"))
    sizes = {pk: (size, value) for pk, size, value in grouped}
    answers = Response.objects.visible_to(user).confirmed().filter(contact__company__in=ids).order_by()
    scores: dict[int, dict[int, int]] = {}
    for pk, score, number in answers.values_list("contact__company", "score").annotate(Count("pk")):
        scores.setdefault(pk, {})[score] = number
    tickets = hooks.open_tickets_by_company(ids, user)
    return {
        company.pk: CompanyFigures(
            contacts=sizes.get(company.pk, (0, None))[0],
            value=company.value if is_whole and company.value is not None else sizes.get(company.pk, (0, None))[1],
            value_is_own=is_whole and company.value is not None,
            nps=NpsFigures.from_counts(scores.get(company.pk, {})),
            open_tickets=tickets.get(company.pk, 0),
            time_zone=company.time_zone if is_whole else "",
        )
        for company in companies
    }


@transaction.atomic
def save_company(company: Company, changes: Mapping[str, Any]) -> Company:
    """Make a company, or change what is named of one. Its contacts' trait `company` follows a new name.

    Returns: the row as it is now. Raises: ValidationError; CompanyTaken for a name that another one has, in whatever
    case.
    """
    is_new = company._state.adding
    if not is_new:
        company = Company.objects.select_for_update(no_key=True).get(pk=company.pk)
    before = company.name
    for name, value in changes.items():
        setattr(company, name, value)
    company.name = shown(company.name).strip()
    if company.time_zone and company.time_zone not in zone_names():
        raise ValidationError({"time_zone": "The name of a time zone such as Europe/Copenhagen is allowed."})
    company.full_clean(validate_constraints=False)
    try:
        with transaction.atomic():
            company.save(update_fields=None if is_new else list(changes))
    except IntegrityError as error:
        raise CompanyTaken("name", company.name, "a name that no other company has") from error
    if not is_new and company.name != before:
        _rename_in_traits(company)
    return company


def _rename_in_traits(company: Company) -> None:
    named: Any = Func(
        Value(COMPANY_TRAIT), Value(company.name, output_field=TextField()), function="jsonb_build_object",
        output_field=JSONField(),
    )  # fmt: skip
    both = Func(F("traits"), named, arg_joiner=" || ", template="(%(expressions)s)", output_field=JSONField())
    Contact.objects.filter(company=company).update(traits=both, changed_at=timezone.now())
