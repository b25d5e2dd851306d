from collections.abc import Sequence
from typing import Any

class _Type:
    mime: str
    extension: str

types: Sequence[_Type]

def guess_mime(obj: Any) -> str | None: ...
