"""The second factor: six digits from an app on the phone, and recovery codes for the day it is lost."""

import base64
import hashlib
import time
from datetime import datetime
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from auditlog.models import LogEntry
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import transaction
from django.utils.crypto import constant_time_compare

from nps_project.accounts import account_mails
from nps_project.accounts.models import User
from nps_project.accounts.signin import one_time_codes

TOTP, CODES = Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES


class Adapter(DefaultMFAAdapter):
    """Secrets at rest are encrypted with a key that follows from SECRET_KEY."""

    def encrypt(self, text: str) -> str:
        return _encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return _decrypt(encrypted_text)


def _box() -> Fernet:
    digest = hashlib.sha256(b"winback second factor\0" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))


def _encrypt(text: str) -> str:
    return _box().encrypt(text.encode()).decode()


def _decrypt(encrypted_text: str) -> str:
    """Raises: InvalidToken when SECRET_KEY is another one than it was encrypted with."""
    return _box().decrypt(encrypted_text.encode()).decode()


def make_secret() -> str:
    """For a new enrolment, in base 32."""
    return one_time_codes.make_secret()


def picture(user: User, secret: str) -> str:
    """The QR code for the app, as the address of an <img>: a data URL with an SVG."""
    svg = Adapter().build_totp_svg(one_time_codes.address_of(secret, user.email))
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def is_on(user: User) -> bool:
    """One query."""
    return bool(Authenticator.objects.filter(user=user, type=TOTP).exists())


def on_since(user: User) -> datetime | None:
    """None when it is off; one query."""
    return Authenticator.objects.filter(user=user, type=TOTP).values_list("created_at", flat=True).first()


def fits(secret: str, code: str) -> bool:
    """Whether the app shows these digits for the secret now; nothing is used up."""
    return one_time_codes.period_of(secret, _digits(code), time.time()) is not None


@transaction.atomic
def switch_on(user: User, secret: str) -> list[str]:
    """Ask for a code from now on. Returns: the recovery codes, each good for one sign-in."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    Authenticator.objects.filter(user=user).delete()
    Authenticator.objects.create(user=user, type=TOTP, data={"secret": _encrypt(secret), "counter": 0})
    codes = _make_codes(user)
    _note(user, "on")
    account_mails.queue_account_changed_mail(user, "second_factor_on")
    return codes


@transaction.atomic
def switch_off(user: User) -> bool:
    """The password alone is enough again. Returns: whether it was on."""
    if not Authenticator.objects.filter(user=user).delete()[0]:
        return False
    _note(user, "off")
    account_mails.queue_account_changed_mail(user, "second_factor_off")
    return True


@transaction.atomic
def new_codes(user: User) -> list[str]:
    """Fresh recovery codes; the old ones are good for nothing."""
    Authenticator.objects.filter(user=user, type=CODES).delete()
    _note(user, "new codes")
    return _make_codes(user)


def _make_codes(user: User) -> list[str]:
    """A row of recovery codes, where there is none: an encrypted seed, and a bit for each code that was used."""
    seed = one_time_codes.make_seed()
    Authenticator.objects.create(user=user, type=CODES, data={"seed": _encrypt(seed), "used_mask": 0})
    return one_time_codes.recovery_codes(seed)


def codes_left(user: User) -> int:
    """How many recovery codes are unused."""
    row = Authenticator.objects.filter(user=user, type=CODES).first()
    try:
        return len(_unused(row)) if row else 0
    except InvalidToken:  # SECRET_KEY is another one now: nothing fits, and an admin switches it off
        return 0


def _unused(row: Authenticator) -> dict[int, str]:
    """The codes of a row that were not used, by their number. Raises: InvalidToken."""
    codes = one_time_codes.recovery_codes(_decrypt(row.data["seed"]))
    return {number: code for number, code in enumerate(codes) if not row.data["used_mask"] & (1 << number)}


def check(user: User, code: str) -> bool:
    """Whether a code opens the door now: digits of the app, each once, or an unused recovery code."""
    try:
        return _use(user, _digits(code))
    except InvalidToken:  # as above
        return False


@transaction.atomic
def _use(user: User, typed: str) -> bool:
    row = Authenticator.objects.select_for_update().filter(user=user, type=TOTP).first()
    if row is None or not typed:
        return False
    period = one_time_codes.period_of(_decrypt(row.data["secret"]), typed, time.time())
    if period is not None and period > row.data.get("counter", 0):
        row.data["counter"] = period
        row.save(update_fields=["data"])
        return True
    codes = Authenticator.objects.select_for_update().filter(user=user, type=CODES).first()
    if codes is None or not _use_recovery_code(codes, typed):
        return False
    account_mails.queue_account_changed_mail(user, "recovery_code_used")
    return True


def _use_recovery_code(row: Authenticator, typed: str) -> bool:
    """Mark the code as used; False for none of the unused ones. The caller holds the row's lock."""
    fitting = [number for number, code in _unused(row).items() if constant_time_compare(code, typed)]
    if not fitting:
        return False
    row.data["used_mask"] |= 1 << fitting[0]
    row.save(update_fields=["data"])
    return True


def _digits(code: str) -> str:
    """As typed or read aloud: spaces and dashes do not count."""
    return "".join(character for character in code if character.isascii() and character.isdigit())[:20]


def _note(user: User, what: str) -> None:
    """In the log of changes of people, with whoever did it."""
    changes: dict[str, Any] = {"second factor": ["", what]}
    LogEntry.objects.log_create(user, action=LogEntry.Action.UPDATE, changes=changes)
