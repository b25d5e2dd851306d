"""What the app announces."""

from django.dispatch import Signal

#: A delivery was sent, stored for the outbox, or kept from a reserved address; announced after the commit that says so.
#: Arguments: delivery. A receiver does its work in a transaction of its own. It may be called again: after one that
#: raised, and after a sender that died; the second time it changes nothing.
delivery_sent = Signal()
