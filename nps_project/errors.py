"""What the product refuses, as errors that name the field, the value and what is allowed."""


class Refusal(Exception):
    """Base of every refusal: `field` (or ""), `value` as given, `allowed` in plain words.

    `status` is the HTTP status that a program gets, `code` a word that it can rely on.
    """

    status = 422
    code = "invalid"

    def __init__(self, field: str, value: object, allowed: str) -> None:
        super().__init__(f"{field} is {value!r}; allowed: {allowed}")
        self.field, self.value, self.allowed = field, value, allowed
