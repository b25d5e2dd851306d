"""The end of a ticket together with what stands in its way, and the cause that is named before it."""
