"""Input of people who mean harm, and of programs that err: no 5xx, no answer outside its schema, others still served.

`make hostile ARGS=...` runs these tests with HOSTILE_EXAMPLES times as many examples as `make test` does.
"""

import os

MORE = int(os.environ.get("HOSTILE_EXAMPLES", "1"))
