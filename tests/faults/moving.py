"""A house moves: a large backup is made on one machine and restored on another, and nothing is missing there."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.product import CHECKOUT, Product, forget, free_port

PATIENCE_S = 900
ANSWERS = 300

FILL = """
from django.db import connection
from surveys.services.responses import NewAnswer, Origin, record_response
from surveys.services.surveys import create_survey
from followup.tickets import opening
survey = create_survey(slug='moving', name='Moving', brand='Moving', status='live')
for number in range({answers}):
    recorded = record_response(survey=survey, answer=NewAnswer(score=number % 11, comment='it moves'),
                               origin=Origin('link', 'en'))
    if number % 11 < 7:
        opening.open_for_response(recorded.response_id)
with connection.cursor() as cursor:
    cursor.execute('''INSERT INTO django_session
        SELECT md5(number::text), (SELECT string_agg(md5(number::text || part), '') FROM generate_series(1, 312) part),
               now() + interval '1 day' FROM generate_series(1, {megabytes} * 100) number''')
"""
COUNT = """
from django.db import connection
with connection.cursor() as cursor:
    for table in connection.introspection.table_names(cursor):
        if table != 'django_migrations':
            cursor.execute(f"SELECT count(*), md5(coalesce(string_agg(t, '' ORDER BY t), '')) "
                           f"FROM (SELECT md5(t::text) FROM {table} t) AS rows (t)")
            print(table, *cursor.fetchone())
"""


def move(megabytes: int) -> tuple[list[str], str]:
    """Returns: what went wrong, and one line that says how long each way took."""
    with tempfile.TemporaryDirectory(prefix="winback-moving-") as name:
        place = Path(name)
        place.chmod(0o755)
        file = place / "winback.tar"
        old, new = (Product(place / word / "var", free_port()) for word in ("old", "new"))
        try:
            (place / "old").mkdir()
            (place / "new").mkdir()
            _do(old, "migrate", "-v0")
            _do(old, "shell", "-v0", "-c", FILL.format(answers=ANSWERS, megabytes=megabytes))
            began = time.monotonic()
            _do(old, "backup", str(file))
            made = time.monotonic()
            _do(new, "restore", str(file))
            restored = time.monotonic()
            were, are = (_do(product, "shell", "-v0", "-c", COUNT).splitlines() for product in (old, new))
            wrong = [f"{line.split()[0]} is not what it was" for line in sorted(set(were) ^ set(are))]
            for check in ("verify_history", "check_tallies"):
                _do(new, check)
        except AssertionError as error:
            return [str(error)], f"moving {megabytes} MB"
        finally:
            forget(old.var)
            forget(new.var)
    return wrong, f"moving {megabytes} MB: backup {made - began:.0f} s, restore {restored - made:.0f} s"


def _do(product: Product, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, str(CHECKOUT / "manage.py"), *words], env=os.environ | product.environment(),
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE_S, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{words[0]}: {done.stderr.strip().splitlines()[-1:]}"
    return done.stdout
