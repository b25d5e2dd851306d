"""The coin of a trial: plain Python. The same customer gets the same side, and nobody can tell it beforehand."""

from hashlib import blake2b

A, B = "a", "b"


def side_of(seed: bytes, contact_id: int | None, response_id: int) -> str:
    """The side of a customer: of the contact where one is known, else of this one answer.

    `seed`: the trial's own, so that two trials draw without regard to each other.
    """
    who = f"contact {contact_id}" if contact_id is not None else f"response {response_id}"
    return B if blake2b(who.encode(), key=seed, digest_size=1).digest()[0] & 1 else A
