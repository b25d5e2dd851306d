"""The second factor: six digits from an app on the phone, and recovery codes for the day it is lost."""

import base64
import hashlib
from datetime import datetime
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    validate_totp_code,
    yield_hotp_counters_from_time,
)
from allauth.mfa.utils import decrypt, encrypt
from auditlog.models import LogEntry
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import transaction
from django.utils.crypto import constant_time_compare

from nps_project.accounts import account_mails
from nps_project.accounts.models import User

TOTP, CODES = Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES


class Adapter(DefaultMFAAdapter):
    """Secrets at rest are encrypted with a key that follows from SECRET_KEY."""

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _box().decrypt(encrypted_text.encode()).decode()


def _box() -> Fernet:
    digest = hashlib.sha256(b"winback second factor\0" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))


def make_secret() -> str:
    """160 random bits in base 32."""
    return str(generate_totp_secret())


def picture(user: User, secret: str) -> str:
    """The QR code for the app, as the address of an <img>: a data URL with an SVG."""
    adapter = Adapter()
    svg = adapter.build_totp_svg(adapter.build_totp_url(user, secret))
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def is_on(user: User) -> bool:
    """One query."""
    return bool(Authenticator.objects.filter(user=user, type=TOTP).exists())


def on_since(user: User) -> datetime | None:
    """None when it is off; one query."""
    return Authenticator.objects.filter(user=user, type=TOTP).values_list("created_at", flat=True).first()


def fits(secret: str, code: str) -> bool:
    """Whether the app shows these digits for the secret now; nothing is used up."""
    return bool(validate_totp_code(secret, _digits(code)))


@transaction.atomic
def switch_on(user: User, secret: str) -> list[str]:
    """Ask for a code from now on. Returns: the recovery codes, each good for one sign-in."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    Authenticator.objects.filter(user=user).delete()
    Authenticator.objects.create(user=user, type=TOTP, data={"secret": encrypt(secret), "counter": 0})
    codes = RecoveryCodes.activate(user).generate_codes()
    _note(user, "on")
    account_mails.queue_account_changed(user, "second_factor_on")
    return [str(code) for code in codes]


@transaction.atomic
def switch_off(user: User) -> bool:
    """The password alone is enough again. Returns: whether it was on."""
    if not Authenticator.objects.filter(user=user).delete()[0]:
        return False
    _note(user, "off")
    account_mails.queue_account_changed(user, "second_factor_off")
    return True


@transaction.atomic
def new_codes(user: User) -> list[str]:
    """Fresh recovery codes; the old ones are good for nothing."""
    Authenticator.objects.filter(user=user, type=CODES).delete()
    _note(user, "new codes")
    return [str(code) for code in RecoveryCodes.activate(user).generate_codes()]


def codes_left(user: User) -> int:
    """How many recovery codes are unused."""
    row = Authenticator.objects.filter(user=user, type=CODES).first()
    try:
        return len(RecoveryCodes(row).get_unused_codes()) if row else 0
    except InvalidToken:  # SECRET_KEY is another one now: nothing fits, and an admin switches it off
        return 0


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
    counter = _counter_of(decrypt(row.data["secret"]), typed)
    if counter is not None and counter > row.data.get("counter", 0):
        row.data["counter"] = counter
        row.save(update_fields=["data"])
        return True
    codes = Authenticator.objects.select_for_update().filter(user=user, type=CODES).first()
    if codes is None or not RecoveryCodes(codes).validate_code(typed):
        return False
    account_mails.queue_account_changed(user, "recovery_code_used")
    return True


def _counter_of(secret: str, typed: str) -> int | None:
    """The half minute whose digits these are; None for no digits of now."""
    found = None
    for counter in yield_hotp_counters_from_time():
        if constant_time_compare(format_hotp_value(hotp_value(secret, counter)), typed):
            found = int(counter)
    return found


def _digits(code: str) -> str:
    """As typed or read aloud: spaces and dashes do not count."""
    return "".join(character for character in code if character.isascii() and character.isdigit())[:20]


def _note(user: User, what: str) -> None:
    """In the log of changes of people, with whoever did it."""
    changes: dict[str, Any] = {"second factor": ["", what]}
    LogEntry.objects.log_create(user, action=LogEntry.Action.UPDATE, changes=changes)
