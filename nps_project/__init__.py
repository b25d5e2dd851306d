"""Winback, the project: settings, servers, accounts and deliveries; neither surveys nor follow-up."""

import gc

# Each program imports this first. What it loads next stays: to look through it for garbage was a fifth of a start.
gc.set_threshold(50_000, 20, 50)
