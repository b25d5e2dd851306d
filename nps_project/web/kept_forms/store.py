"""Keep sent forms for an hour in the Redis store, where they expire and no backup has them."""

import json
import secrets
import time
from dataclasses import asdict, dataclass

import redis
from django.conf import settings

KEPT_FOR_S = 3600
MOST_FORMS = 5  # of one person; the oldest goes
MOST_BYTES = 100_000
_TIMEOUT_S = 1.0


@dataclass(frozen=True, slots=True)
class KeptForm:
    """A form as it was sent."""

    path: str  # where it was sent to
    mark: str  # of the sign-in under which it was read
    fields: dict[str, list[str]]
    had_secrets: bool  # whether a password or the like was left out


def _key(user_id: int) -> str:
    return f"winback:kept:{user_id}"


def client() -> redis.Redis:
    """A client of the store that gives up quickly."""
    wait = _TIMEOUT_S
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=wait, socket_connect_timeout=wait, retry=None)


def keep(user_id: int, form: KeptForm) -> str:
    """Returns: the token of what was kept; "" when it is too large or the store is gone."""
    token = secrets.token_urlsafe(16)
    row = json.dumps({"token": token, "until": time.time() + KEPT_FOR_S, "form": asdict(form)})
    if len(row) > MOST_BYTES:
        return ""
    try:
        with client() as store, store.pipeline() as together:
            together.lpush(_key(user_id), row)
            together.ltrim(_key(user_id), 0, MOST_FORMS - 1)
            together.expire(_key(user_id), KEPT_FOR_S)
            together.execute()
    except (redis.RedisError, OSError):
        return ""
    return token


def _rows(store: redis.Redis, user_id: int, token: str) -> list[tuple[str | bytes, KeptForm]]:
    """The kept form of a token, at most one."""
    found = store.lrange(_key(user_id), 0, MOST_FORMS - 1)
    read = [(row, json.loads(row)) for row in found]
    return [
        (row, KeptForm(**stored["form"]))
        for row, stored in read
        if secrets.compare_digest(stored["token"], token) and stored["until"] > time.time()
    ]


def find(user_id: int, token: str) -> KeptForm | None:
    """What this person's token stands for; it stays kept."""
    try:
        with client() as store:
            return next((form for _row, form in _rows(store, user_id, token)), None)
    except (redis.RedisError, OSError):
        return None


def forget(user_id: int, token: str) -> None:
    """Delete a kept form, which was taken."""
    try:
        with client() as store:
            for row, _form in _rows(store, user_id, token):
                store.lrem(_key(user_id), 1, row)
    except (redis.RedisError, OSError):
        return
