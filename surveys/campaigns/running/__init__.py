"""Campaigns from their start to their end: who is in them, their actions, and how far they are."""
