"""Read phone numbers, for forms and API alike: 5 to 15 digits of any script, stored as 0 to 9."""

import re
import unicodedata

MAX_LENGTH = 40
_DIGIT = re.compile("[0-9]")
DIGITS = range(5, 16)  # E.164 allows 15; fewer than five cannot be called


class NoPhone(ValueError):
    """The text is no phone number."""


def read_phone(text: str) -> str:
    """The number as it was typed, its digits folded to 0-9; empty for nothing. Raises: NoPhone.

    A superscript or a number in a circle is a sign that looks like a digit, and none that a phone has.
    """
    text = " ".join(text.split())
    folded = text
    if not text.isascii():
        folded = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)
    if folded and (len(_DIGIT.findall(folded)) not in DIGITS or len(folded) > MAX_LENGTH):
        raise NoPhone(text)
    return folded
