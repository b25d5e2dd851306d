"""`python -m tests.faults`: break the product while it is used, and see whether it kept its promises.

Bounded in answers and minutes, on loopback only; exit status 1 when a promise was broken.
"""

import argparse
import os
import subprocess
import sys

from tests import sizes
from tests.faults.moving import move
from tests.faults.storm import Report, Storm
from tests.faults.upgrading import upgrade
from tests.product import CHECKOUT


def table(report: Report) -> str:
    """Lines for the terminal."""
    ledger = report.ledger
    sent = sum(len(answer.sent) for answer in ledger.answers)
    lines = [
        f"seed {report.seed}: {ledger.acknowledged} answers acknowledged of {len(ledger.answers)} begun "
        f"({sent} contents sent), {sum(ledger.actions.values())} ticket actions, {report.seconds:.0f} s",
        "  faults:   " + ", ".join(f"{name} {count}" for name, count in sorted(report.injected.items())),
        "  statuses: " + ", ".join(f"{status or 'none'} {count}" for status, count in sorted(ledger.statuses.items())),
        "  stored:   " + ", ".join(f"{name} {count}" for name, count in report.counts.items()),
    ]
    for promise, faults in report.faults.items():
        lines.append(f"  {promise:<9} {'kept' if not faults else f'BROKEN {len(faults)} times'}")
        lines += [f"    {fault}" for fault in faults[:10]]
    return "\n".join(lines)


def tests_at_full_size() -> int:
    """Run those whose size `make test` cuts down. Returns: pytest's exit status."""
    command = [sys.executable, "-m", "pytest", "-q", *sizes.TESTS]
    return subprocess.run(
        command, cwd=CHECKOUT, env=os.environ | {"WINBACK_TEST_FULL_SIZE": "1"}, check=False
    ).returncode


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--seeds", default="1,2,3", help="each gives a storm of its own")
    parser.add_argument("--answers", type=int, default=10_000, help="acknowledged ones, of each storm")
    parser.add_argument("--minutes", type=float, default=15, help="the longest that one storm may rage")
    parser.add_argument("--megabytes", type=int, default=200, help="of the backup that moves once; 0: none")
    parser.add_argument("--no-upgrade", action="store_true", help="leave out the upgrade from the release before")
    parser.add_argument("--no-tests", action="store_true", help="leave out the tests at full size")
    asked = parser.parse_args()
    broken = 0
    if not asked.no_tests:
        broken += tests_at_full_size() != 0
    if asked.megabytes:
        wrong, told = move(asked.megabytes)
        print("\n  ".join([told, *wrong]), flush=True)
        broken += bool(wrong)
    if not asked.no_upgrade:
        wrong, told = upgrade()
        print("\n  ".join([told, *wrong[:20]]), flush=True)
        broken += bool(wrong)
    for seed in map(int, filter(None, asked.seeds.split(","))):
        try:
            report = Storm(seed, asked.answers, asked.minutes * 60).run()
        except KeyboardInterrupt:
            return 130
        except AssertionError as error:
            print(f"seed {seed}: {error}", file=sys.stderr)
            broken += 1
            continue
        print(table(report), flush=True)
        broken += not report.is_well
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
