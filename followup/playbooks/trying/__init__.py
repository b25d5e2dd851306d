"""Trying a changed play on the answers of the last 90 days before it is saved."""
