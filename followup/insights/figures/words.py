"""Numbers of figures in words, in the reader's language."""

import math

from django.utils.translation import ngettext

from followup.presentation.wording import rounded


def telling(value: float, *, is_noise: bool, places: int = 0) -> tuple[float, int]:
    """A difference or an end of its interval as it is to be shown, and its decimals: never 0 where the interval leaves
    0 out, beside words that say so. `is_noise`: the interval has 0 in it, and all is rounded as ever.

    What would be rounded to 0 gets a decimal more, and where that is 0, too, the smallest that it can show.
    """
    if is_noise or round(value, places):
        return value, places
    return math.copysign(max(abs(value), 10 ** -(places + 1)), value), places + 1


def points(part: float, *, is_noise: bool) -> str:
    """A change of a share, or an end of its interval: "+4 points"."""
    value, places = telling(100 * part, is_noise=is_noise)
    shown = round(value, places)
    sign = "+" if shown > 0 else "−" if shown < 0 else "±"
    words = ngettext("%(sign)s%(n)s point", "%(sign)s%(n)s points", 2 if places else abs(round(value)))
    return words % {"sign": sign, "n": rounded(abs(value), places)}
