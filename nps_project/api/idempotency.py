"""Idempotency-Key: a POST that is sent twice is done once, and answered twice alike."""

import hashlib
import json
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from nps_project.api.errors import BadQuery
from nps_project.api.models import IdempotentRequest
from nps_project.errors import DomainError

MAX_LENGTH = 255


class KeyReused(DomainError):
    """The same Idempotency-Key came with another request."""

    code = "idempotency_key_reused"


class Replay(Exception):
    """Not an error: the stored answer of the first request."""

    def __init__(self, stored: IdempotentRequest) -> None:
        super().__init__(stored.key)
        self.stored = stored


class IdempotentPostMixin(APIView):
    """For views that take POST. The key is claimed by an insert inside the request's own transaction: a second request
    with the same key waits for the first to commit, and then gets its answer. A refused request is not remembered."""

    _claimed: IdempotentRequest | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST" or "Idempotency-Key" not in request.headers:
            return super().dispatch(request, *args, **kwargs)
        with transaction.atomic():
            response = super().dispatch(request, *args, **kwargs)
            if response.status_code >= 400:
                transaction.set_rollback(True)
        return response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        key = request.headers.get("Idempotency-Key")
        if request.method == "POST" and key is not None:
            self._claim(request, key)

    def _claim(self, request: Request, key: str) -> None:
        if not (0 < len(key) <= MAX_LENGTH and key.isprintable()):
            raise BadQuery({"Idempotency-Key": [f"1 to {MAX_LENGTH} printable characters are allowed."]})
        body = json.dumps(request.data, sort_keys=True, default=str)
        fingerprint = hashlib.sha256(f"{request.path}\n{body}".encode(errors="replace")).hexdigest()
        caller = request.user.pk or 0
        row = IdempotentRequest(user_id=caller, key=key, fingerprint=fingerprint)
        IdempotentRequest.objects.bulk_create([row], ignore_conflicts=True)
        stored = IdempotentRequest.objects.get(user_id=caller, key=key)
        if stored.fingerprint != fingerprint:
            raise KeyReused("Idempotency-Key", key, "a new key for another request")
        if stored.status:
            raise Replay(stored)
        self._claimed = stored

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, Replay):
            return Response(exc.stored.body, status=exc.stored.status, headers={"Idempotency-Replayed": "true"})
        return super().handle_exception(exc)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        if self._claimed is not None and response.status_code < 400:
            self._claimed.status = response.status_code
            self._claimed.body = json.loads(JSONRenderer().render(response.data) or b"null")
            self._claimed.save(update_fields=["status", "body"])
        return super().finalize_response(request, response, *args, **kwargs)
