"""From an unhappy answer to its ticket, by the database's own commit times."""

from dataclasses import replace

from tests.bench.answering import SLUG, Counted, make_survey, worked_off
from tests.bench.figures import Figure, percentile, share_within
from tests.bench.load import CONTACT, Job
from tests.bench.stage import CLIENTS, Stage

RATE, SECONDS = 50.0, 20.0
MANY = 100_000
LIMIT_S = 0.050

# The answer's clock starts at recorded_at, a moment before its commit; its own commit time is gone, because its row is
# written again with the ticket. The ticket's ends at the commit that made it visible.
DELAYS = """
SELECT extract(epoch FROM pg_xact_commit_timestamp(t.xmin) - r.recorded_at)
FROM surveys_response r LEFT JOIN followup_ticket t ON t.response_id = r.id WHERE r.id > {after}
"""


def measure(stage: Stage, large: int | None = None) -> list[Figure]:
    """Two figures: the share of answers whose ticket was visible within 50 ms, in an empty product, and in one of many
    open tickets with a rule that sends every new one to whose turn it is in a team of twenty."""
    make_survey()
    stage.postgres.stop()
    stage.postgres.options["track_commit_timestamp"] = "on"
    stage.postgres.start()
    many = large or MANY
    stage.fill("routed", "tests.bench.routed", many)
    stage.query("VACUUM ANALYZE", "routed")
    figures = [
        _visible(stage, "tickets", "winback"),
        _visible(stage, f"tickets for a team of 20, of {many:,} open ones,", "routed"),
    ]
    stage.query("DROP DATABASE routed WITH (FORCE)")
    stage.postgres.stop()
    del stage.postgres.options["track_commit_timestamp"]
    stage.postgres.start()
    return figures


def _visible(stage: Stage, what: str, database: str) -> Figure:
    product = stage.product(database, DATABASE_URL=stage.database_url(database))
    counted = Counted(stage, "surveys_response", database)
    scores = tuple(range(7))
    job = Job(product.port, f"/s/{SLUG}/", "submission", 2.0, CLIENTS, scores, rate=RATE, more=CONTACT)
    counted.load(job)
    worked_off(stage, database)  # the worker has come up
    after = stage.number("SELECT coalesce(max(id), 0) FROM surveys_response", database)
    done = counted.load(replace(job, seconds=SECONDS))
    worked_off(stage, database)
    rows = stage.query(DELAYS.format(after=after), database)
    delays = [float("inf") if row[0] is None else float(row[0]) for row in rows]
    product.stop()
    half, most, worst = (1000 * percentile(delays, percent) for percent in (50, 99, 100))
    print(f"  {what}: {len(delays)} answers at {done.per_second:.0f}/s: median {half:.1f} ms, 99 % {most:.1f} ms, "
          f"longest {worst:.1f} ms", flush=True)  # fmt: skip
    return Figure(f"{what} visible within 50 ms of the answer", share_within(delays, LIMIT_S), at_least=0.99,
                  detail=f"{len(delays)} at {done.per_second:.0f}/s; median {half:.1f} ms, 99 % {most:.1f} ms, "
                         f"longest {worst:.1f} ms")  # fmt: skip
