"""Models of the accounts app."""

from nps_project.accounts.models.key import ApiKey, LinkKey
from nps_project.accounts.models.session import PasswordReset, Session
from nps_project.accounts.models.user import Role, Team, TicketMail, User

__all__ = ["ApiKey", "LinkKey", "PasswordReset", "Role", "Session", "Team", "TicketMail", "User"]
