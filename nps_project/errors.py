"""The base of all domain errors: each names the field, the value given and what is allowed."""


class DomainError(Exception):
    """The product refuses a request. `field` may be ""; `value` is as given; `allowed` says in words what is allowed.

    The API answers with the HTTP `status` and the stable `code` (nps_project/api/errors.py).
    """

    status = 422
    code = "invalid"

    def __init__(self, field: str, value: object, allowed: str) -> None:
        super().__init__(f"{field} is {value!r}; allowed: {allowed}")
        self.field, self.value, self.allowed = field, value, allowed
