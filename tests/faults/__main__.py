"""`python -m tests.faults`: break the product while it is used, and see whether it kept its promises.

Bounded in answers and minutes, on loopback only; exit status 1 when a promise was broken.
"""

import argparse
import sys

from tests.faults.moving import move
from tests.faults.storm import Report, Storm


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


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--seeds", default="1,2,3", help="each gives a storm of its own")
    parser.add_argument("--answers", type=int, default=10_000, help="acknowledged ones, of each storm")
    parser.add_argument("--minutes", type=float, default=15, help="the longest that one storm may rage")
    parser.add_argument("--megabytes", type=int, default=200, help="of the backup that moves once; 0: none")
    asked = parser.parse_args()
    broken = 0
    if asked.megabytes:
        wrong, told = move(asked.megabytes)
        print("\n  ".join([told, *wrong]), flush=True)
        broken += bool(wrong)
    for seed in map(int, asked.seeds.split(",")):
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
