"""Addresses of the lists behind figures."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from surveys.models import ResponseState


def counted_answers(filters: Mapping[str, Any]) -> str:
    """The answers behind a figure: those that match these filters and count, as the figure has them."""
    return f"{reverse('followup:answers')}?{urlencode({**filters, 'state': ResponseState.CONFIRMED.value})}"
