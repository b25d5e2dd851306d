"""Connections of the web server that end a few times sooner than the product's: the same states, and less to wait.

An app of quick_settings.py. In seconds; `make faults` has the product's own.
"""

from tests.sizes import sized

HEAD_WITHIN_S = sized(4, 15)
KEPT_FOR_S = sized(3, 15)
REST_WITHIN_S = sized(2, 10)
READ_WITHIN_S = sized(5, 30)
BODY_WITHIN_S = sized(5, 30)
