"""Addresses of surveys: the customers' and the set-up's."""
