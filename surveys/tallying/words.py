"""How far the tallies of a trait are, in words."""

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from surveys.tallying.models import MOST_VALUES, MarkedTrait, State


def state_in_words(mark: MarkedTrait) -> str:
    """What the set-up page says of a marked trait."""
    values = mark.values or 0
    if mark.state == State.WAITING:
        return _("Counting begins within a minute.")
    if mark.state == State.FILLING:
        return _("Counting the answers so far: %(percent)d %%. Until then figures take longer.") % {
            "percent": mark.percent
        }
    if mark.state == State.REFUSED:
        return _("Not counted: there are %(n)s different values; at most %(most)s are allowed.") % {
            "n": number_format(values, force_grouping=True),
            "most": number_format(MOST_VALUES, force_grouping=True),
        }
    return ngettext("Counted, %(n)s value.", "Counted, %(n)s values.", values) % {
        "n": number_format(values, force_grouping=True)
    }
