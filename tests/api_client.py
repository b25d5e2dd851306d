"""A program that calls the API with a key."""

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client

from nps_project.accounts.keys import create_api_key
from nps_project.accounts.models import User
from surveys.models import Survey

BASE = "/api/v1/"


class Program:
    """Without a scope it has no key."""

    def __init__(self, scope: str = "admin", survey: Survey | None = None) -> None:
        self.client = Client(raise_request_exception=False)
        self.user: User | None = None
        self.headers: dict[str, str] = {}
        if scope:
            row, key = create_api_key(name=f"a {scope} key", scope=scope, survey_id=survey.pk if survey else None)
            self.user, self.headers = row.user, {"Authorization": f"Bearer {key}"}

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The answer; `path` below /api/v1/ or whole, `body` JSON unless it is bytes. Headers with _ for -."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        content_type = given.pop("Content-Type", "application/json")
        answer = self.client.generic(
            method,
            path if path.startswith(("/", "http://")) else BASE + path,
            data,
            content_type=content_type,
            headers=self.headers | given,
        )
        return _whole(answer) if answer.streaming else answer

    def get(self, path: str, status: int = 200) -> Any:
        return self._body(self.call("GET", path), status)

    def post(self, path: str, body: Any = None, status: int = 201, **headers: str) -> Any:
        return self._body(self.call("POST", path, body, **headers), status)

    def patch(self, path: str, body: Any, status: int = 200) -> Any:
        return self._body(self.call("PATCH", path, body), status)

    def every(self, path: str) -> list[Any]:
        """All pages of a list."""
        rows, page = [], self.get(path)
        while True:
            rows += page["results"]
            if page["next"] is None:
                return rows
            page = self.get(page["next"])

    @staticmethod
    def _body(answer: Any, status: int) -> Any:
        assert answer.status_code == status, (answer.status_code, answer.content[:2000])
        body = json.loads(answer.content)
        if status >= 400:
            check_problem(answer, body)
        return body


def _whole(answer: Any) -> Any:
    """A streamed answer, read to its end."""
    whole: Any = HttpResponse(answer.getvalue(), status=answer.status_code, headers=dict(answer.headers))
    whole.json = lambda: json.loads(whole.content)
    return whole


def check_problem(answer: Any, body: dict[str, Any]) -> None:
    """An error has the one shape."""
    assert answer["Content-Type"] == "application/problem+json"
    assert body["status"] == answer.status_code
    assert body["type"] == "about:blank"
    assert body["title"]
    assert body["detail"]
    for error in body.get("errors", []):
        assert set(error) == {"field", "value", "allowed"}
        assert error["allowed"]
