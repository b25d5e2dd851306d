"""Look for garbage less often: wsgi.py and celery.py call it when everything is loaded.

Python looks through all young objects after every 700 new ones; a page, or fifty tickets, make ten thousands of them,
hardly any in a circle. Looking after 50,000 makes a worker open tickets 1.35 times as fast; it costs some megabytes.
"""

import gc

AFTER = 50_000  # new objects
ROUNDS = 20, 50  # of the young, before the middle-aged and the old are looked through


def look_less_often() -> None:
    """Leave what is loaded by now out of every look, and look after many more objects."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(AFTER, *ROUNDS)
