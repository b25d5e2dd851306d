"""From an unhappy answer to its ticket, by the database's own commit times."""

import time

from tests.bench.answering import SLUG, Counted, make_survey
from tests.bench.figures import Figure, percentile, share_within
from tests.bench.load import CONTACT, Job
from tests.bench.stage import CLIENTS, Stage

RATE, SECONDS = 50.0, 20.0
LIMIT_S = 0.050
DRAIN_S = 30.0

# The answer's clock starts at recorded_at, a moment before its commit; its own commit time is gone, because its row is
# written again with the ticket. The ticket's ends at the commit that made it visible.
DELAYS = """
SELECT extract(epoch FROM pg_xact_commit_timestamp(t.xmin) - r.recorded_at)
FROM surveys_response r LEFT JOIN followup_ticket t ON t.response_id = r.id WHERE r.id > {after}
"""


def measure(stage: Stage) -> list[Figure]:
    """One figure: the share of answers whose ticket was visible within 50 ms."""
    make_survey()
    stage.postgres.stop()
    stage.postgres.options["track_commit_timestamp"] = "on"
    stage.postgres.start()
    product = stage.product("product")
    counted = Counted(stage, "surveys_response", "winback")
    scores = tuple(range(7))
    job = Job(product.port, f"/s/{SLUG}/", "submission", 2.0, CLIENTS, scores, rate=RATE, more=CONTACT)
    counted.load(job)
    after = stage.number("SELECT coalesce(max(id), 0) FROM surveys_response")
    done = counted.load(Job(product.port, job.path, job.hidden, SECONDS, CLIENTS, scores, rate=RATE, more=CONTACT))
    began = time.monotonic()
    left = f"SELECT count(*) FROM surveys_response WHERE processed_at IS NULL AND id > {after}"
    while stage.number(left) and time.monotonic() - began < DRAIN_S:
        time.sleep(0.1)
    delays = [float("inf") if row[0] is None else float(row[0]) for row in stage.query(DELAYS.format(after=after))]
    product.stop()
    stage.postgres.stop()
    del stage.postgres.options["track_commit_timestamp"]
    stage.postgres.start()
    half, most, worst = (1000 * percentile(delays, percent) for percent in (50, 99, 100))
    print(f"  {len(delays)} answers at {done.per_second:.0f}/s: median {half:.1f} ms, 99 % {most:.1f} ms, "
          f"longest {worst:.1f} ms", flush=True)  # fmt: skip
    return [
        Figure("tickets visible within 50 ms of the answer", share_within(delays, LIMIT_S), at_least=0.99,
               detail=f"{len(delays)} at {done.per_second:.0f}/s; median {half:.1f} ms, 99 % {most:.1f} ms, "
                      f"longest {worst:.1f} ms")
    ]  # fmt: skip
