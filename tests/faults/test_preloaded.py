"""Programs that begin loaded are like any others: children of the test, alone in their session, and strangers."""

import os
import signal
import subprocess
import sys

import pytest

from tests import preloaded
from tests.faults.programs import environment

pytestmark = pytest.mark.django_db(transaction=True)

LEAVES = "import os, sys; sys.modules['left'] = sys; os.environ['LEFT'] = '1'; raise SystemExit(7)"
LOOKS = """
import os, random, sys, threading
from django.db import connection
print('left' in sys.modules, 'LEFT' in os.environ, threading.active_count(), connection.connection)
print(os.getppid(), os.getsid(0) == os.getpid(), os.getcwd(), sys.argv[1])
print(random.random())
"""
WAITS = "print('up', flush=True); import time; time.sleep(60)"


def command(code: str) -> list[str]:
    return [sys.executable, "manage.py", "shell", "--no-imports", "-c", code]


def test_a_program_knows_nothing_of_the_one_before() -> None:
    assert preloaded.run(command(LEAVES), environment()).returncode == 7
    done = [preloaded.run(command(LOOKS), environment()) for _each in range(2)]
    assert [one.stderr for one in done] == ["", ""]
    first, second = (one.stdout.splitlines() for one in done)
    assert first[:2] == ["False False 1 None", f"{os.getpid()} True {preloaded.CHECKOUT} shell"]
    assert second[:2] == first[:2]
    assert second[2] != first[2], "chance is its own"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_program_ends_by_a_signal_and_its_parent_is_told(number: signal.Signals) -> None:
    with preloaded.start(command(WAITS), environment(), stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"up\n"
        assert process.poll() is None
        os.killpg(process.pid, number)
        assert process.wait(10) == -number


def test_what_cannot_be_loaded_says_so() -> None:
    with pytest.raises(RuntimeError, match="cannot be loaded"):
        preloaded.run(command(LOOKS), environment(DJANGO_SETTINGS_MODULE="of.nobody"))
