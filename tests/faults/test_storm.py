"""A short storm; `make faults` has the long ones."""

from tests.faults.__main__ import table
from tests.faults.storm import Storm


def test_every_promise_holds_through_a_short_storm() -> None:
    report = Storm(seed=20, answers=120, most_s=240, pause_s=(0.2, 1.0), fewest=5, rests_s=0.4).run()
    print(table(report))
    assert report.is_well, table(report)
    assert report.ledger.acknowledged >= 50, table(report)
    assert len(report.injected) >= 5, table(report)
