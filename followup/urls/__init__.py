"""Addresses of follow-up: the desk's and the set-up's."""
