"""What a campaign is, in words: its settings as facts, and why an action was refused."""

from typing import Any

from django.utils.formats import number_format, time_format
from django.utils.text import capfirst, get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nps_project.accounts.models import User
from nps_project.errors import DomainError
from surveys.campaigns.screens.forms import WEEKDAY_NAMES
from surveys.contacts import contact_filter, counting
from surveys.contacts.segments.services import sizes_of
from surveys.models import Campaign


def facts_of(campaign: Campaign) -> list[tuple[Any, Any]]:
    """(name, value) of each setting that is set."""
    segment = campaign.segment.name if campaign.segment else _("All customers")
    found: list[tuple[Any, Any]] = [(_("Survey"), campaign.survey.name), (_("Whom to ask"), segment)]
    if campaign.sample_share is not None:
        share = number_format((campaign.sample_share * 100).normalize(), use_l10n=True)
        found.append((_("Only a part of them"), f"{share} %"))
    if campaign.sample_count is not None:
        found.append((_("Only so many of them"), number_format(campaign.sample_count, force_grouping=True)))
    if campaign.daily_limit is not None:
        found.append((_("Mails a day at most"), number_format(campaign.daily_limit, force_grouping=True)))
    if (window := campaign.window) is not None:
        days, begin, end = window
        names = dict(WEEKDAY_NAMES)
        hours = f"{time_format(begin, 'CLOCK')}–{time_format(end, 'CLOCK')}"
        in_words = capfirst(", ".join(str(names[day]) for day in days))
        found.append((_("Mails leave"), f"{in_words}, {hours}"))
    if campaign.reminders:
        days_after = get_text_list([str(days) for days in campaign.reminders], _("and"))
        last = max(campaign.reminders)
        words = ngettext("after %(days)s day", "after %(days)s days", last) % {"days": days_after}
        found.append((_("Reminders"), words))
    if campaign.repeat_days is not None:
        words = ngettext("everybody every day", "everybody every %(n)d days", campaign.repeat_days)
        found.append((_("Autopilot"), words % {"n": campaign.repeat_days}))
    return found


def size_of(campaign: Campaign, user: User) -> str:
    """How many customers are in its segment now, in words: "38 customers"; those whom this user may see."""
    if campaign.segment is not None:
        return counting.count_words(sizes_of([campaign.segment], user)[campaign.segment.pk])
    return counting.count_words(counting.count(contact_filter.listed_for(user)))


def recipients_in_words(found: int) -> str:
    """A count as the page says it, exact to EXACT_TO."""
    if found > counting.EXACT_TO:
        return _("more than %(n)s recipients") % {"n": number_format(counting.EXACT_TO, force_grouping=True)}
    words = ngettext("%(n)s recipient", "%(n)s recipients", found)
    return words % {"n": number_format(found, force_grouping=True)}


def refusal_in_words(error: DomainError) -> str:
    """Why an action was refused, and what to do, in the reader's language."""
    if error.code == "no_mail_server":
        return _("No mail server is set (EMAIL_URL), so nobody can be asked by mail.")
    if error.code == "nobody_to_ask":
        return _("There is nobody to ask: the segment and the sample leave no customer.")
    if error.code == "cannot_start" and error.field == "survey":
        return _("The survey cannot be answered: it has to be live and open, and no sample.")
    if error.code == "cannot_start":
        return _("%(field)s has to be put right first: the sender’s page says how.") % {"field": error.field}
    if error.code == "sender_at_fault":
        return _("Its sender needs mending. Look at what is wrong below, then start all the same or mend it first.")
    return _("That is not possible in its present state, or somebody was faster. This is how it stands.")
