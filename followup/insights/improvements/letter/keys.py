"""How a delivery names the customer whom it tells of an improvement."""

TEMPLATE = "improvement_told"


def about(told_id: int) -> str:
    """What the delivery is about."""
    return f"told:{told_id}"


def told_id_of(delivery_about: str) -> int | None:
    """The row of Told that a delivery is about; None when it is about something else."""
    kind, _colon, number = delivery_about.partition(":")
    return int(number) if kind == "told" and number.isdecimal() else None


def dedupe_key(told_id: int) -> str:
    """One mail for each row."""
    return f"{TEMPLATE}:{told_id}"
