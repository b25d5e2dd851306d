"""Errors of improvements."""

from followup.errors import FollowUpError


class CannotTell(FollowUpError):
    """Customers cannot be told now. `code` says why."""

    status = 409

    def __init__(self, code: str, field: str, value: object, allowed: str) -> None:
        super().__init__(field, value, allowed)
        self.code = code
