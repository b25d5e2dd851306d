"""How a delivery names the invitation that it is about, and which of its mails it is."""

from surveys.services.invitations import mails_about

TEMPLATE, REMINDER = "ask", "ask_reminder"


def about(invitation_id: int) -> str:
    """What a delivery of this invitation is about."""
    return mails_about(invitation_id)


def invitation_id_of(delivery_about: str) -> int | None:
    """The invitation that a delivery is about; None when it is about something else."""
    kind, _colon, number = delivery_about.partition(":")
    return int(number) if kind == "invitation" and number.isdecimal() else None


def dedupe_key(invitation_id: int, number: int = 0) -> str:
    """The key of the mail that asks (0), or of one that reminds (1, 2, ...)."""
    return f"ask:{invitation_id}:{number}"
