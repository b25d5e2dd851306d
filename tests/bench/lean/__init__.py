"""The second yardstick: the least that Django can do for the same answer. No middleware, no form, one statement."""
