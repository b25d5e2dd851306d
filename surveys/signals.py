"""What the app announces, after commit. Receivers get ids, and may be called twice or never."""

from django.dispatch import Signal

#: A response was recorded, changed, accepted, discarded or brought back. Arguments: response_id.
response_recorded = Signal()

#: A decision was made about many answers at once. Arguments: response_ids.
responses_decided = Signal()

#: A mail that asked came back, or its customer complained of it; announced after the commit that marks it. Arguments:
#: invitation_id, outcome (an Outcome of nps_project/deliveries/inbound/events.py), reason (an AskReason, "policy" where
#: the sender was refused and nobody is marked; empty for a complaint).
ask_came_back = Signal()

#: It was decided about asking a customer again after a ticket, or its mail did not leave; in the transaction of the
#: decision. Arguments: response_id (the answer that led to it), decision (a DecisionToAsk), reason (an AskReason, empty
#: when they were asked), at.
ask_again_decided = Signal()
