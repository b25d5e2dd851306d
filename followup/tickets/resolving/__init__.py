"""The end of a ticket together with what stands in its way."""
