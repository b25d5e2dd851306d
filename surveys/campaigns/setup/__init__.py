"""Set-up of asking: a survey's mail, the quarantine, the sender, and what waits for a person."""
