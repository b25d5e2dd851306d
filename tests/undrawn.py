"""Pages that are asked for without being drawn, for tests of their heads."""

from typing import Any

import pytest
from django.template import Template


def leave_undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on a page is an empty text; mails and pictures are drawn as ever."""
    drawn: Any = vars(Template)["_render"]
    monkeypatch.setattr(
        Template, "_render", lambda self, context: "" if hasattr(context, "request") else drawn(self, context)
    )
