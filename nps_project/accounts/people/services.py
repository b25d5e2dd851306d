"""Change people, teams and one's own settings, each in one transaction."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from nps_project.accounts.models import Role, Team, User
from nps_project.accounts.passwords import end_reset_links, make_password, set_password


@transaction.atomic
def invite(
    *,
    email: str,
    name: str = "",
    role: str = Role.AGENT,
    all_teams: bool = True,
    teams: Iterable[Team] = (),
    language: str = "en",
    password: str | None = None,
) -> tuple[User, str]:
    """Create a person's account. Returns: the account, and the generated password (shown once) or "".

    Raises: ValidationError for an address that is no address or is taken, and for a password that is too weak.
    """
    user = User(email=email.strip().lower(), name=name.strip(), role=role, all_teams=all_teams, language=language)
    made_up = "" if password is not None else make_password()
    if password is not None:
        validate_password(password, user)
    user.set_password(password if password is not None else made_up)
    user.full_clean(exclude=["password"])
    _save_with_address(user)
    user.teams.set(teams)
    return user, made_up


def _save_with_address(user: User) -> None:
    """Raises: ValidationError for an address that somebody else took in this moment."""
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        raise ValidationError({"email": user.unique_error_message(User, ("email",))}) from error


def _lock_admins() -> list[User]:
    """Every admin who can sign in, locked in order, so that two cannot switch each other off at once."""
    return list(User.objects.people().select_for_update(no_key=True).filter(role=Role.ADMIN).order_by("pk"))


@transaction.atomic
def update_person(user: User, changes: Mapping[str, Any], *, teams: Iterable[Team] | None = None) -> User:
    """Change a person; with another address, or switched off, mailed links to reset the password end.

    Raises: ValidationError, also when the last admin would be demoted or switched off.
    """
    admins = _lock_admins()
    locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    address = locked.email
    for field, value in changes.items():
        setattr(locked, field, value)
    locked.full_clean(exclude=["password"])
    stays = locked.is_active and locked.role == Role.ADMIN
    if locked in admins and not stays and len(admins) == 1:
        field = "is_active" if not locked.is_active else "role"
        raise ValidationError({field: _("This is the last admin. Make somebody else an admin first.")})
    _save_with_address(locked)
    if locked.email != address or not locked.is_active:
        end_reset_links(locked)
    if teams is not None:
        locked.teams.set(teams)
    return locked


@transaction.atomic
def update_me(user: User, changes: Mapping[str, Any], *, password: str = "") -> User:
    """One's own name, language, zone and password; with the password all sessions end. Raises: ValidationError."""
    locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    for field, value in changes.items():
        setattr(locked, field, value)
    locked.full_clean(exclude=["password"])
    locked.save()
    return set_password(locked, password) if password else locked


@transaction.atomic
def save_team(team: Team, *, name: str, lead: User | None, members: Iterable[User]) -> Team:
    """Make or change a team; its lead must be a member, to see what their mails link to. Raises: ValidationError."""
    team.name, team.lead = name.strip(), lead
    team.full_clean()
    try:
        with transaction.atomic():
            team.save()
    except IntegrityError as error:
        raise ValidationError({"name": _("Another team has this name.")}) from error
    team.members.set({*members, lead} if lead else members)
    return team
