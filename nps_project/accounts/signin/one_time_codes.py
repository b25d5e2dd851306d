"""The arithmetic of the second factor: the digits that the app shows (RFC 6238), and recovery codes from a seed."""

import hmac
import secrets

import pyotp

ISSUER = "Winback"
PERIOD_S = 30
TOLERANCE = 1  # periods either way: the clock of a phone may be that wrong
RECOVERY_CODES, _DIGITS = 10, 8  # how many, and how long


def make_secret() -> str:
    """160 random bits in base 32."""
    return pyotp.random_base32(32)


def address_of(secret: str, email: str) -> str:
    """The otpauth: address that the QR code holds."""
    return pyotp.TOTP(secret, interval=PERIOD_S).provisioning_uri(name=email, issuer_name=ISSUER)


def period_of(secret: str, typed: str, at: float) -> int | None:
    """The number of the period whose digits were typed, counted from 1970; None for no digits of around `at`.

    Args: at: seconds since 1970. Source: RFC 4226 for the digits, RFC 6238 for their time.
    """
    now, codes, found = int(at) // PERIOD_S, pyotp.HOTP(secret), None
    for period in range(max(now - TOLERANCE, 0), now + TOLERANCE + 1):
        if hmac.compare_digest(codes.at(period), typed):  # all are looked at, so that the time taken tells nothing
            found = period
    return found


def make_seed() -> str:
    """320 random bits, of which the recovery codes are made."""
    return secrets.token_hex(40)


def recovery_codes(seed: str) -> list[str]:
    """The codes of a seed, in the order that their used ones are remembered by.

    Each code is the first four bytes of one HMAC-SHA1 over the numbers of all codes up to it, as a decimal number.
    Stored rows depend on it: allauth made their codes like this.
    """
    running, codes = hmac.new(seed.encode("ascii"), digestmod="sha1"), []
    for number in range(RECOVERY_CODES):
        running.update(f"{number:3},".encode())
        value = int.from_bytes(running.digest()[: _DIGITS // 2], byteorder="big")
        codes.append(f"{value % 10**_DIGITS:0{_DIGITS}}")
    return codes
