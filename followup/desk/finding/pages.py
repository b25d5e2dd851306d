"""The pages that the palette finds by their names, and the lowest role that each lets in."""

from django.utils.translation import gettext_lazy

from nps_project.accounts.models import Role, User
from surveys.text_search import fold

_SETUP = gettext_lazy("Setup")
_YOURS = gettext_lazy("Your settings")
_CUSTOMERS = gettext_lazy("Customers")
_INSIGHTS = gettext_lazy("Insights")
PAGES = (
    (gettext_lazy("Desk"), "", "/desk/", Role.VIEWER),
    (gettext_lazy("Notices"), "", "/desk/notices/", Role.VIEWER),
    (gettext_lazy("Answers"), "", "/desk/answers/", Role.VIEWER),
    (gettext_lazy("Mail without a ticket"), "", "/desk/mail/", Role.AGENT),
    (_CUSTOMERS, "", "/contacts/", Role.VIEWER),
    (gettext_lazy("Companies"), _CUSTOMERS, "/contacts/companies/", Role.VIEWER),
    (gettext_lazy("Segments"), _CUSTOMERS, "/contacts/segments/", Role.VIEWER),
    (gettext_lazy("Import customers"), _CUSTOMERS, "/contacts/import/", Role.MANAGER),
    (gettext_lazy("Campaigns"), "", "/campaigns/", Role.VIEWER),
    (gettext_lazy("Recovery"), _INSIGHTS, "/insights/recovery/", Role.VIEWER),
    (gettext_lazy("Root causes"), _INSIGHTS, "/insights/causes/", Role.VIEWER),
    (gettext_lazy("Wallboard"), _INSIGHTS, "/insights/wall/", Role.VIEWER),
    (gettext_lazy("Reports by mail"), _INSIGHTS, "/insights/reports/", Role.VIEWER),
    (gettext_lazy("Links of the wallboard"), _INSIGHTS, "/insights/wall/links/", Role.MANAGER),
    (gettext_lazy("Improvements"), _INSIGHTS, "/insights/improvements/", Role.VIEWER),
    (_YOURS, "", "/setup/me/", Role.VIEWER),
    (gettext_lazy("Sign-in and security"), _YOURS, "/setup/me/security/", Role.VIEWER),
    (gettext_lazy("Absences"), _YOURS, "/setup/me/absences/", Role.AGENT),
    (gettext_lazy("Trials"), "", "/insights/trials/", Role.MANAGER),
    (_SETUP, "", "/setup/", Role.ADMIN),
    (gettext_lazy("Surveys"), _SETUP, "/setup/surveys/", Role.ADMIN),
    (gettext_lazy("Asking"), _SETUP, "/setup/asking/", Role.ADMIN),
    (gettext_lazy("Playbooks"), _SETUP, "/setup/playbooks/", Role.ADMIN),
    (gettext_lazy("Root causes"), _SETUP, "/setup/root-causes/", Role.ADMIN),
    (gettext_lazy("Who gets a ticket"), _SETUP, "/setup/routing/", Role.ADMIN),
    (gettext_lazy("Calendars"), _SETUP, "/setup/calendars/", Role.ADMIN),
    (gettext_lazy("Account managers"), _SETUP, "/setup/account-managers/", Role.ADMIN),
    (gettext_lazy("Teams"), _SETUP, "/setup/teams/", Role.ADMIN),
    (gettext_lazy("People"), _SETUP, "/setup/people/", Role.ADMIN),
    (gettext_lazy("API keys"), _SETUP, "/setup/keys/", Role.ADMIN),
    (gettext_lazy("System"), _SETUP, "/setup/system/", Role.ADMIN),
    (gettext_lazy("Outbox"), "", "/desk/outbox/", Role.ADMIN),
)

_OF_ALL_TEAMS = frozenset({"/insights/trials/"})  # for who sees all teams, besides the role


def find(words: str, user: User) -> list[tuple[str, str, str]]:
    """The pages whose name has each of the words somewhere, of those that let this person in: name, room, address."""
    parts = fold(words).split()
    return [
        (str(name), str(room), address)
        for name, room, address, role in PAGES
        if user.is_at_least(role)
        and (user.sees_all_teams or address not in _OF_ALL_TEAMS)
        and all(part in fold(f"{name} {room}") for part in parts)
    ]
