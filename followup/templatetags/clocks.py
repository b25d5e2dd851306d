"""The clock of a ticket as HTML: a bar that empties, and words that suffice alone."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from followup import deadlines
from followup.presentation.wording import Clock

register = template.Library()

_RUNNING = (deadlines.ON_TIME, deadlines.DUE_SOON, deadlines.OVERDUE)
_BAR = (
    '<svg class="clock-bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
    '<rect class="clock-track" width="100" height="6" /><rect class="clock-left" width="{}" height="6" /></svg> '
)
_ABOUT = '<span class="clock-about">{}:</span> '
_CLOCK = '<span class="clock{}" data-state="{}">{}{}<span class="clock-words">{}</span>{}{}</span>'
_RING = (
    ' <span class="clock-tight"><svg viewBox="0 0 16 16" aria-hidden="true" focusable="false">'
    '<circle cx="8" cy="8" r="6" /><path d="M8 4.5V8l2.5 1.5" /></svg> {}</span>'
)


@register.simple_tag
def clock(shown: Clock, size: str = "", is_exact: bool = False) -> SafeString:
    """A clock; `size`: "large" or as in a line; `is_exact`: with the time when it is due, and its zone.

    One that is tight has a ring.

    A list has one in each line: a tag takes a tenth of the time of a template that is included.
    """
    left = 100 if shown.state == deadlines.OVERDUE else shown.left
    bar = format_html(_BAR, left) if shown.state in _RUNNING else ""
    about = format_html(_ABOUT, shown.about) if shown.about else ""
    exact = format_html(' <span class="clock-exact">{}</span>', shown.exact) if is_exact and shown.exact else ""
    ring = format_html(_RING, _("Less than an hour of your team’s time is left before that")) if shown.is_tight else ""
    name, state = f" clock-{size}" if size else "", shown.state or "none"
    return format_html(_CLOCK, name, state, about, bar, shown.words, exact, ring)
