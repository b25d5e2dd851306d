"""Reports of mail servers: of a delivery (RFC 3464), and of a complaint (RFC 5965, "ARF")."""

from dataclasses import dataclass
from email.message import Message

from flufl.bounce import all_failures

from nps_project.deliveries.inbound.reading import parsing
from nps_project.deliveries.refusals import RefusedAs, kind_in_words

DELIVERY, COMPLAINT, READ = "message/delivery-status", "message/feedback-report", "message/disposition-notification"
COMPLAINTS = {"abuse", "fraud", "opt-out"}  # not "not-spam", nor reports about authentication
FEW_BYTES = 65_536  # that flufl's patterns look through
# Where no status class stands: what old servers say of an address that is not there.
_NO_SUCH_ADDRESS = (
    "user unknown", "unknown user", "no such user", "no mailbox here by that name", "user doesn't exist",
    "user does not exist", "mailbox not found", "mailbox unavailable", "account does not exist", "no such recipient",
    "unrouteable address", "unknown local part", "invalid recipient", "recipient unknown",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Report:
    """What a report says. `failed`: with its kind the mail came back; `delivered`: it arrived; neither: a delay."""

    failed: RefusedAs | None = None
    is_delivered: bool = False


def types_in(mail: Message) -> set[str]:
    """The types of its parts, and that of its report where a part is mistyped."""
    found = {part.get_content_type() for part in parsing.parts_of(mail)}
    named = str(mail.get_param("report-type") or "").lower()
    by_name = {"delivery-status": DELIVERY, "feedback-report": COMPLAINT, "disposition-notification": READ}
    if mail.get_content_type() == "multipart/report" and named in by_name:
        found.add(by_name[named])
    return found


def delivery_report(mail: Message) -> Report | None:
    """What its delivery report says of the recipients, the worst of them; None when there is none to be read."""
    found: Report | None = None
    for block in _blocks(mail, DELIVERY):
        action = parsing.header(block, "Action").lower().partition(" ")[0]
        if action == "failed":
            return Report(_kind(block))
        if action in ("delivered", "expanded"):
            found = Report(is_delivered=action == "delivered")
        elif action in ("delayed", "relayed"):
            found = found or Report()
    return found


def _kind(block: Message) -> RefusedAs:
    """By Status, and by the receiving server's own words where they say more."""
    kind = kind_in_words([parsing.header(block, "Status"), parsing.header(block, "Diagnostic-Code")])
    return kind or RefusedAs.OTHER


def feedback_type(mail: Message) -> str:
    """The kind of a complaint report, in lower case."""
    return next(
        (kind for block in _blocks(mail, COMPLAINT) if (kind := parsing.header(block, "Feedback-Type"))), ""
    ).lower()


def _blocks(mail: Message, type_: str) -> list[Message]:
    """The groups of fields in the report. The parser takes one of a delivery apart, and leaves others as text."""
    found: list[Message] = []
    for part in parsing.parts_of(mail):
        if part.get_content_type() != type_:
            continue
        inside = part.get_payload() if part.is_multipart() else None
        if isinstance(inside, list):
            found += [block for block in inside if isinstance(block, Message)]
        else:
            raw = part.get_payload(decode=True)
            text = raw if isinstance(raw, bytes) else b""
            found += [parsing.parse(block) for block in text[:FEW_BYTES].replace(b"\r\n", b"\n").split(b"\n\n")[:50]]
    return found


def bounce_in_words(raw: bytes, words: str) -> Report | None:
    """What a bounce without a report says, by flufl's patterns and the words of old servers; None when neither
    finds anything."""
    temporary, permanent = _failures(raw[:FEW_BYTES])
    said = " ".join(words.lower().split())
    kind = kind_in_words([words])
    if kind is None and any(phrase in said for phrase in _NO_SUCH_ADDRESS):
        kind = RefusedAs.ADDRESS
    if permanent:
        return Report(kind or RefusedAs.OTHER)
    if temporary:
        return Report()
    return Report(kind) if kind is not None else None


def _failures(raw: bytes) -> tuple[bool, bool]:
    """Whether flufl finds addresses that failed for now, and for good."""
    try:
        temporary, permanent = all_failures(parsing.parse(raw))
    except Exception:  # noqa: BLE001  (some of its patterns raise for a mail without a sender, and who knows what else)
        return False, False
    return bool(temporary), bool(permanent)
