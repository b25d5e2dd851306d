from datetime import datetime
from typing import Any

class EventType:
    DELIVERED: str
    BOUNCED: str
    REJECTED: str
    FAILED: str
    COMPLAINED: str
    UNSUBSCRIBED: str

class RejectReason:
    INVALID: str
    BLOCKED: str
    SPAM: str
    UNSUBSCRIBED: str
    TIMED_OUT: str
    OTHER: str

class AnymailTrackingEvent:
    event_type: str
    timestamp: datetime | None
    message_id: str | None
    metadata: Any
    reject_reason: str | None
    mta_response: str | None
    description: str | None
    esp_event: Any

class AnymailInboundEvent:
    message: Any
