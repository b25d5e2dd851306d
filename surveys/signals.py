"""What the app announces, after commit. Receivers get ids, and may be called twice or never."""

from django.dispatch import Signal

#: A response was recorded, changed, confirmed or discarded. Arguments: response_id.
response_recorded = Signal()
