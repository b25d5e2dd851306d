"""The weekly mail to leads and managers: what came in, what is late, what was recovered, which cause grows."""
