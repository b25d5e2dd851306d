"""Whoever got a mail by the rules of asking, whichever app it is of."""
