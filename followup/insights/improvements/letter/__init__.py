"""You said, we did: one mail to each customer who named what was mended, once a person has read it."""
