"""What the app announces."""

from django.dispatch import Signal

#: A delivery was sent (or stored for the outbox), inside the transaction that says so. Arguments: delivery.
delivery_sent = Signal()
