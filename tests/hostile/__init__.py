"""Input of people who mean harm, and of programs that err: no 5xx, no answer outside its schema, others still served.

`make hostile ARGS=...` runs these tests with HOSTILE_EXAMPLES times as many examples as `make test` does.
"""

import os
import zlib

MORE = int(os.environ.get("HOSTILE_EXAMPLES", "1"))


def budget(usual: int, hostile: int) -> int:
    """How many examples a generator gets: in `make test`, and (times MORE) in `make hostile`."""
    return usual if MORE == 1 else hostile


def one_in(share: int, *words: str) -> bool:
    """Whether these words are among the part that is tried by `make test`; `make hostile` tries all."""
    return MORE > 1 or zlib.crc32("\n".join(words).encode("utf-8", "surrogatepass")) % share == 0
