"""How a delivery names the message that it is about."""

TEMPLATE = "ticket_mail"  # of a person's mail to the customer
ABOUT = "message:"  # what a delivery's `about` begins with


def about(message_id: int) -> str:
    """What a delivery of this message is about."""
    return f"{ABOUT}{message_id}"


def message_id_of(delivery_about: str) -> int | None:
    """The message that a delivery is about; None when it is about something else."""
    number = delivery_about.removeprefix(ABOUT)
    return int(number) if delivery_about.startswith(ABOUT) and number.isdecimal() else None
