"""What the app announces."""

from django.dispatch import Signal

#: A delivery was sent, stored for the outbox, or kept from a reserved address; announced after the commit that says so.
#: Arguments: delivery. A receiver does its work in a transaction of its own. It may be called again: after one that
#: raised, and after a sender that died; the second time it changes nothing.
delivery_sent = Signal()

#: A delivery was given up, its end is unknown, or its composer said that it is never to be sent (`last_error` has the
#: reason). Arguments, and how often: as above.
delivery_failed = Signal()
