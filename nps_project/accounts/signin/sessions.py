"""The session engine: Django's, with the person in each row, so that people can list and end their sessions."""

import re
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db.models import CharField, DateTimeField
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from nps_project.accounts.models import Session, User
from nps_project.common.kept_queries import KeptQuery, given

AGENT, ADDRESS, SEEN = "agent", "address", "seen"  # kept in the session beside what Django keeps there
SEEN_EVERY = timedelta(minutes=5)
FORGOTTEN_AT_ONCE = 10_000
_SHORTEST_KEY = 8


_LIVE: KeptQuery[Session] = KeptQuery(
    "session",
    lambda: Session.objects.filter(
        session_key=given("key", "text", CharField()), expire_date__gt=given("at", "timestamptz", DateTimeField())
    ),
)


class SessionStore(DatabaseStore):
    """Django's store, which fills in the columns of `Session` when it saves."""

    def load(self) -> dict[str, Any]:
        """As Django's; every page of staff begins with it, so the query is made once."""
        for row in _LIVE.read(key=self.session_key, at=timezone.now()):
            return dict(self.decode(row.session_data))
        self._session_key = None
        return {}

    def _validate_session_key(self, key: str | None) -> bool:
        """As Django's, and of letters and numbers alone: a quoted cookie may hold what no column can (NUL)."""
        return key is not None and len(key) >= _SHORTEST_KEY and key.isascii() and key.isalnum()

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row: Session = super().create_model_instance(data)  # type: ignore[assignment]  # as above
        user_id = data.get(SESSION_KEY)
        row.user_id = int(user_id) if user_id else None
        row.agent = data.get(AGENT, "")[:300]
        row.address = data.get(ADDRESS)
        row.created_at = datetime.fromisoformat(data["since"]) if "since" in data else timezone.now()
        row.seen_at = datetime.fromisoformat(data[SEEN]) if SEEN in data else timezone.now()
        return row


def note(request: HttpRequest, at: datetime) -> None:
    """Note the address and browser of a session, unless it was noted in the last minutes."""
    session, agent = request.session, request.META.get("HTTP_USER_AGENT", "")
    seen = session.get(SEEN)
    if seen is None or session.get(AGENT) != agent or at - datetime.fromisoformat(seen) > SEEN_EVERY:
        session.setdefault("since", at.isoformat())
        session[AGENT] = agent
        session[ADDRESS] = request.META.get("REMOTE_ADDR") or None
        session[SEEN] = at.isoformat()


def sessions_of(user: User) -> list[Session]:
    """A person's live sessions, the last seen first; one query."""
    live = Session.objects.filter(user=user, expire_date__gt=timezone.now())
    return list(live.defer("session_data").order_by("-seen_at")[:50])


def name_of(session: Session) -> str:
    """The session's name on pages; its key would let others take the session over."""
    return salted_hmac("session name", session.session_key, algorithm="sha256").hexdigest()[:32]


def end_sessions(user: User, *, but: str | None = None, only: str | None = None) -> int:
    """End somebody's sessions, one's own excepted, or the one of this name. Returns: how many."""
    rows = Session.objects.filter(user=user).exclude(session_key=but or "")
    if only is not None:
        rows = rows.filter(pk__in=[row.pk for row in rows.only("pk") if name_of(row) == only])
    return rows.delete()[0]


def forget_ended(at: datetime) -> int:
    """Delete rows of sessions that ran out, the oldest first. Returns: how many."""
    ended = Session.objects.filter(expire_date__lte=at).order_by("expire_date").values("pk")[:FORGOTTEN_AT_ONCE]
    return Session.objects.filter(pk__in=ended).delete()[0]


_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    *(("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows")),
    *(("Mac OS X", "Mac"), ("CrOS", "ChromeOS"), ("Linux", "Linux")),
)


def in_words(agent: str) -> str:
    """Browser and system as people name them: "Firefox, Windows"."""
    found = [next((name for mark, name in kinds if mark in agent), "") for kinds in (_BROWSERS, _SYSTEMS)]
    first = re.split(r"[/ ]", agent, maxsplit=1)[0][:40]
    return ", ".join(name for name in found if name) or first or _("an unknown browser")
