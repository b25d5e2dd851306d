# Of django-auditlog, which ships no types: what this product uses.
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

class AuditlogMiddleware:
    get_response: Callable[[HttpRequest], HttpResponse]
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None: ...
    def __call__(self, request: HttpRequest) -> HttpResponse: ...
