"""Treat text that shows nothing on a page as empty, in forms and API alike.

A blank of braille, a Hangul filler or a zero-width space looks like an empty field; a row named so cannot be clicked.
"""

import unicodedata
from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language

_EMPTY_CATEGORIES = {"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"}
# Drawn as nothing though their category says otherwise (Unicode: default-ignorable), and the blank of braille.
_EMPTY = {0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2065, 0x2800, 0x3164, 0xFFA0, 0x1D159}
_EMPTY |= {*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xFFF0, 0xFFF9), *range(0xE0000, 0xE1000)}


def shows_nothing(text: str) -> bool:
    """Whether no character of the text is visible on a page."""
    return all(unicodedata.category(sign) in _EMPTY_CATEGORIES or ord(sign) in _EMPTY for sign in text)


def shown(text: str) -> str:
    """The text, or an empty one when it shows nothing."""
    return "" if shows_nothing(text) else text


def shown_leaves(data: Any) -> Any:
    """JSON with each text in it that shows nothing made empty; names of fields stay."""
    if isinstance(data, str):
        return shown(data)
    if isinstance(data, list):
        return [shown_leaves(one) for one in data]
    if isinstance(data, dict):
        return {name: shown_leaves(one) for name, one in data.items()}
    return data


class TextField(forms.CharField):
    """A form field for text; text that shows nothing counts as empty."""

    def to_python(self, value: Any) -> str:
        """The text, empty instead of None."""
        return shown(str(super().to_python(value) or ""))


def texts_by_language(data: Mapping[str, Any], prefix: str) -> dict[str, str]:
    """Of the fields <prefix>_<language> of a form, those that were filled in."""
    given = {code: str(data.get(f"{prefix}_{code}") or "").strip() for code, _name in settings.LANGUAGES}
    return {code: text for code, text in given.items() if text}


def in_language(texts: Mapping[str, str], language: str | None = None) -> str:
    """The text in this (default: the active) language, else in English, else in any."""
    wanted = (language or get_language() or "en").split("-")[0]
    return texts.get(wanted) or texts.get("en") or next(iter(texts.values()), "")
