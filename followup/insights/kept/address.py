"""A page with figures as one person opens it."""

import hashlib
import json
from dataclasses import astuple, dataclass


@dataclass(frozen=True, slots=True)
class Address:
    """Who opened it, in which language, and its path with all that is asked for."""

    user_id: int
    language: str
    path: str

    def packed(self) -> str:
        """As text, the same for the same address."""
        return json.dumps(astuple(self))

    @property
    def of_person(self) -> str:
        """How every address of this person begins as text."""
        return f"[{self.user_id}, "

    @property
    def has_filters(self) -> bool:
        """Whether anything is asked for beside the page itself."""
        return "?" in self.path

    def digest(self) -> str:
        """A short name of it."""
        return hashlib.sha256(self.packed().encode()).hexdigest()

    @classmethod
    def unpacked(cls, text: str) -> "Address":
        """From such a text."""
        user_id, language, path = json.loads(text)
        return cls(int(user_id), str(language), str(path))
