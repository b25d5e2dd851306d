"""The yardstick: one survey page as anybody writes it first with Django. Middleware as `startproject` gives it."""
