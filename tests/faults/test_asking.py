"""Nobody is asked twice: a campaign of 100 while everything is killed; `make faults` has one of 10,000."""

from tests.faults.asking import AskingStorm
from tests.sizes import sized

PEOPLE, HARMED = sized(100, 10_000), sized(5, 108)


def test_nobody_is_asked_twice_and_everybody_once_or_with_a_reason() -> None:
    report = AskingStorm(seed=11, people=PEOPLE, harms=HARMED, most_s=sized(240, 3600)).run()
    assert not report.faults, report.told()
    assert report.statuses["sent"] > PEOPLE * 0.8, report.told()
    assert report.statuses["unknown"] < PEOPLE * 0.1, report.told()
    assert report.statuses["bounced bounced"] > 0, report.told()
    print(report.told())
