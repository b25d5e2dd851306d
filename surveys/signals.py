"""What the app announces, after commit. Receivers get ids, and may be called twice or never."""

from django.dispatch import Signal

#: A response was recorded, changed, accepted, discarded or brought back. Arguments: response_id.
response_recorded = Signal()

#: A decision was made about many answers at once. Arguments: response_ids.
responses_decided = Signal()
