"""Which attempt counts as the first contact with the customer: plain Python, no Django."""


def counts_as_contact(*, result: str, channel: str, contact_by: str, has_phone: bool, has_called: bool) -> bool:
    """Whether an attempt ends the first-contact clock. Called when an attempt is logged.

    Args: the attempt's result and channel; the play's way of contact (person_or_phone, phone_else_email, email);
    whether a phone number is known; whether a phone attempt was logged before. Returns: True for `reached`; for a mail
    sent, when the play is by e-mail, or by phone else e-mail without a number or after a call.
    """
    if result == "reached":
        return True
    if result != "sent" or channel != "email":
        return False
    if contact_by == "email":
        return True
    return contact_by == "phone_else_email" and (not has_phone or has_called)
