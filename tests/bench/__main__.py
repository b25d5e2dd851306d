"""`python -m tests.bench`: measure, print the table, exit 1 when a budget is missed."""

import argparse
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from types import FrameType

from nps_project.embedded import EmbeddedError
from tests.bench import answering, campaigns, desk, footprint, growth, importing, marked, numbers, tickets
from tests.bench.figures import Figure, table
from tests.bench.stage import Stage

PARTS = ("answering", "marked", "tickets", "desk", "numbers", "import", "campaigns", "footprint")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", action="append", choices=PARTS, help="one part; may be repeated")
    parser.add_argument("--large", type=int, metavar="TICKETS", help="measure the desk and new tickets at this many")
    parser.add_argument(
        "--answers", type=int, metavar="ANSWERS", help="measure the figures at this many answers as well"
    )
    parser.add_argument("--contacts", type=int, metavar="CONTACTS", help="import so many instead of 50,000")
    parser.add_argument(
        "--recipients", type=int, metavar="RECIPIENTS", help="start a campaign of so many instead of 200,000"
    )
    parser.add_argument("--growth", action="store_true", help="only show how everything grows from 10,000 to a million")
    return parser.parse_args()


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main() -> int:
    """Returns: the exit status; 130 when it was stopped."""
    asked = _arguments()
    chosen = asked.only or PARTS
    parts: dict[str, Callable[[Stage], list[Figure]]] = {
        "answering": answering.measure,
        "marked": marked.measure,
        "tickets": lambda stage: tickets.measure(stage, asked.large),
        "desk": lambda stage: desk.measure(stage, asked.large),
        "numbers": lambda stage: numbers.measure(stage, asked.answers),
        "import": lambda stage: importing.measure(stage, asked.contacts),
        "campaigns": lambda stage: campaigns.measure(stage, asked.recipients),
        "footprint": footprint.measure,
    }
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    figures: list[Figure] = []
    began = time.monotonic()
    stage = Stage()
    try:
        stage.open()
        if asked.growth:
            print(growth.show(stage, asked.large, asked.answers))
            return 0
        for part in dict.fromkeys(chosen):
            print(f"{part} ...", flush=True)
            figures += parts[part](stage)
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    except (RuntimeError, EmbeddedError, subprocess.SubprocessError) as error:
        print(f"cannot measure: {error}", file=sys.stderr)
        return 2
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second one must not leave servers behind
        stage.close()
    print(f"\n{table(figures)}\n{time.monotonic() - began:.0f} s")
    return 0 if all(figure.is_met for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
