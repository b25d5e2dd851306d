"""One page from memory and its form: the row and its count, in one prepared statement."""

import os
import re
import threading
import uuid
from functools import lru_cache
from pathlib import Path

from django.core import signing
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.urls import path

_PREPARE = """
PREPARE answer (uuid, smallint, text, text, text, text) AS
WITH stored AS (
    INSERT INTO lean_answer (submission, score, comment, contact_name, contact_email, contact_phone)
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING id
), counted AS (
    INSERT INTO lean_tally (day, score, shard) SELECT current_date, $2, id % 8 FROM stored
    ON CONFLICT (day, score, shard) DO UPDATE SET count = lean_tally.count + 1
) SELECT id FROM stored
"""
_prepared: dict[int, object] = {}  # a thread's connection
_SIGNER = signing.Signer()
_SUBMISSION = b"here-it-goes"
_HIDDEN = re.compile(rb'(?<=name="submission" value=")[^"]+')


@lru_cache(maxsize=1)
def _page() -> bytes:
    """The product's page as it was sent once."""
    return _HIDDEN.sub(_SUBMISSION, Path(os.environ["LEAN_PAGE"]).read_bytes())


def survey(request: HttpRequest) -> HttpResponse:
    """The page, and what is sent from it."""
    if request.method != "POST":
        return HttpResponse(_page().replace(_SUBMISSION, _SIGNER.sign(str(uuid.uuid4())).encode()))
    given = request.POST
    try:
        submission, score = _SIGNER.unsign(given["submission"]), int(given["score"])
    except (KeyError, ValueError, signing.BadSignature):
        return HttpResponseBadRequest()
    texts = [given.get(name, "") for name in ("comment", "contact_name", "contact_email", "contact_phone")]
    connection.ensure_connection()
    raw = connection.connection
    with connection.cursor() as cursor:
        if _prepared.get(threading.get_ident()) is not raw:
            cursor.execute(_PREPARE)
            _prepared[threading.get_ident()] = raw
        cursor.execute("EXECUTE answer (%s, %s, %s, %s, %s, %s)", [submission, score, *texts])
    return HttpResponseRedirect("/thanks/")


urlpatterns = [path("survey/", survey)]
