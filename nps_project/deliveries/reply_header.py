"""The Reply-To of mails to staff: the app of a mail may give each an address of its own, at which it is answered."""

from collections.abc import Callable

from nps_project.deliveries.models import Delivery

_addresses: dict[str, Callable[[Delivery], str]] = {}


def answer_at(template: str, address_of: Callable[[Delivery], str]) -> None:
    """Have a template's mails answered where `address_of` says, empty: at the sender's; an app's ready() calls it.

    A template whose mails a composer makes has its headers from there.
    """
    _addresses[template] = address_of


def reply_to_of(delivery: Delivery) -> list[str]:
    """The Reply-To of a mail, as Django takes it; empty without one."""
    address = _addresses[delivery.template](delivery) if delivery.template in _addresses else ""
    return [address] if address else []
