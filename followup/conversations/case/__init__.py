"""The customer's side of a ticket, /case/<token>/: what was said and promised, and a place to write."""
