"""Visitors of a storm: customers who answer and change their answers, and a program that works on tickets."""

import http.client
import json
import re
import threading
import urllib.parse
import uuid
from random import Random
from typing import Any

from tests.faults.ledger import Answer, Ledger, Note

TRIES = 60  # of what must be done in the end; each waits a little longer
_SUBMISSION = re.compile(r'name="submission" value="([^"]+)"')
_RESULTS = ("reached", "voicemail", "no_answer")


class Visitor(threading.Thread):
    """Answers and works until `enough` is set; repeats what got no answer, as people and programs do."""

    def __init__(
        self, number: int, seed: int, port: int, key: str, ledger: Ledger, enough: threading.Event, rests_s: float
    ) -> None:
        super().__init__(name=f"visitor {number}", daemon=True)
        self.number, self.port, self.key, self.ledger, self.enough = number, port, key, ledger, enough
        self.rests_s = rests_s  # at most, after each thing that it did
        self.random = Random(f"{seed}-{number}")  # noqa: S311  (the same storm again)
        self.done = 0
        self.tickets: list[int] = []

    def run(self) -> None:
        while not self.enough.is_set():
            self.done += 1
            way = self.random.random()
            if way < 0.45:
                self._answer_plainly()
            elif way < 0.72:
                self._answer_with_a_form()
            elif way < 0.80:
                self._answer_by_program()
            else:
                self._work()
            self.enough.wait(self.random.uniform(0, self.rests_s))

    # Sending

    def _send(self, method: str, path: str, body: str | None = None, **headers: str) -> tuple[int, str]:
        """(status, body); status 0 when there was no answer."""
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        try:
            client.request(method, path, body, headers)
            answer = client.getresponse()
            text = answer.read().decode(errors="replace")
            status = answer.status
        except (OSError, http.client.HTTPException):
            status, text = 0, ""
        finally:
            client.close()
        self.ledger.saw(status)
        if status == 0 or status >= 500:
            self.enough.wait(0.05 + 0.1 * self.random.random())
        return status, text

    def _form(self, path: str, **fields: Any) -> int:
        body = urllib.parse.urlencode(fields)
        return self._send("POST", path, body, **{"Content-Type": "application/x-www-form-urlencoded"})[0]

    def _call(self, path: str, key: str, **fields: Any) -> tuple[int, Any]:
        """POST to the API, with an idempotency key."""
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json", "Idempotency-Key": key}
        status, text = self._send("POST", f"/api/v1/{path}", json.dumps(fields), **headers)
        return status, json.loads(text) if 200 <= status < 300 else None

    def _get(self, path: str) -> Any:
        status, text = self._send("GET", f"/api/v1/{path}", Authorization=f"Bearer {self.key}")
        return json.loads(text) if status == 200 else None

    # Answering

    def _new(self) -> Answer:
        answer = Answer(f"v{self.number}n{self.done}m{self.random.randrange(10**6)}")
        self.ledger.answers.append(answer)
        return answer

    def _content(self, answer: Answer) -> dict[str, Any]:
        score = self.random.randrange(11)
        answer.sent.append([score, len(answer.sent)])
        contact = {"contact_email": f"{answer.marker}@example.com"} if self.random.random() < 0.8 else {}
        return {"score": score, "comment": f"{answer.marker}|{len(answer.sent) - 1}", **contact}

    def _answer_plainly(self) -> None:
        """One POST; what got no answer is not sent again, since it would be another answer."""
        answer = self._new()
        if self._form("/s/storm/", **self._content(answer)) == 303:
            answer.acknowledged = 0

    def _answer_with_a_form(self) -> None:
        """The page, then its form, sent again until it is thanked for; sometimes changed after "back"."""
        status, page = self._send("GET", "/s/storm/")
        found = _SUBMISSION.search(page)
        if status != 200 or not found:
            return
        answer = self._new()
        for _change in range(1 + (self.random.random() < 0.3) + (self.random.random() < 0.1)):
            content = self._content(answer) | {"submission": found[1]}
            for _try in range(TRIES):
                if self._form("/s/storm/", **content) == 303:
                    answer.acknowledged = len(answer.sent) - 1
                    break
                if self.enough.wait(0.2):
                    return

    def _answer_by_program(self) -> None:
        answer = self._new()
        content = {name: value for name, value in self._content(answer).items() if not name.startswith("contact")}
        key = str(uuid.UUID(int=self.random.getrandbits(128)))
        for _try in range(TRIES):
            status, _told = self._call("responses/", key, survey="storm", **content)
            if status == 201:
                answer.acknowledged = 0
                return
            if 400 <= status < 500 and status not in (409, 429) or self.enough.wait(0.2):
                return

    # Working

    def _work(self) -> None:
        if not self.tickets or self.random.random() < 0.1:
            page = self._get(
                f"tickets/?survey=storm&status={self.random.choice(('open', 'open', 'contacted', 'resolved'))}"
            )
            self.tickets = [ticket["id"] for ticket in page["results"]] if page else []
        if not self.tickets:
            return
        ticket = self.random.choice(self.tickets)
        way = self.random.random()
        if way < 0.4:
            self._note(ticket)
        elif way < 0.55:
            self._act(ticket, "claim")
        elif way < 0.75:
            self._act(ticket, "attempts", result=self.random.choice(_RESULTS))
        elif way < 0.9:
            self._act(ticket, "resolve", outcome="kept", root_cause="delivery", note="So it is.")
        else:
            self._act(ticket, "reopen", reason="Not yet.")

    def _note(self, ticket: int) -> None:
        """Sent again under the same key until it is acknowledged: written once."""
        note = Note(f"note{self.number}n{self.done}")
        self.ledger.notes.append(note)
        key = str(uuid.UUID(int=self.random.getrandbits(128)))
        for _try in range(TRIES):
            status, _told = self._call(f"tickets/{ticket}/notes/", key, text=note.marker)
            if 200 <= status < 300:
                note.is_acknowledged = True
                self.ledger.did("notes")
                return
            if 400 <= status < 500 and status not in (409, 429) or self.enough.wait(0.2):
                return

    def _act(self, ticket: int, action: str, **fields: Any) -> None:
        key = str(uuid.UUID(int=self.random.getrandbits(128)))
        if 200 <= self._call(f"tickets/{ticket}/{action}/", key, **fields)[0] < 300:
            self.ledger.did(action)
