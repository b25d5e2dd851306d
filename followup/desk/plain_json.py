"""JSON for the desk's scripts, of words that people wrote."""

import json
from typing import Any

from django.http import HttpResponse

_NO_MARKUP = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&"}  # whoever takes it for a page sees no markup


def plain_json(content: dict[str, Any]) -> HttpResponse:
    """The content as JSON, kept by no cache."""
    text = json.dumps(content).translate(_NO_MARKUP)
    return HttpResponse(text, content_type="application/json", headers={"Cache-Control": "private, no-store"})
