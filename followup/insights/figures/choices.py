"""What can be chosen in the filters and forms of figures."""

from typing import Any

from nps_project.accounts.models import Team, User


def teams_of(user: User) -> Any:
    """The teams whose tickets this person may see."""
    return Team.objects.all() if user.sees_all_teams else user.teams.all()
