"""Numbers of figures in words, in the reader's language."""

from django.utils.translation import ngettext


def points(part: float) -> str:
    """A change of a share: "+4 points"."""
    whole = round(100 * part)
    sign = "+" if whole > 0 else "−" if whole < 0 else "±"
    return ngettext("%(sign)s%(n)d point", "%(sign)s%(n)d points", abs(whole)) % {"sign": sign, "n": abs(whole)}
