"""What the product promised to each visitor of a storm: what was sent, what was acknowledged."""

import json
import threading
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Answer:
    """One answer: the contents that were sent in order, and the last that was acknowledged."""

    marker: str
    sent: list[list[Any]] = field(default_factory=list)  # [score, version]
    acknowledged: int = -1  # the place in `sent` of the last content that got its thank-you


@dataclass
class Note:
    """One note on a ticket."""

    marker: str
    is_acknowledged: bool = False


@dataclass
class Ledger:
    """Filled by several threads."""

    answers: list[Answer] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)  # how often which status was seen; 0 is no answer at all
    actions: dict[str, int] = field(default_factory=dict)  # acknowledged ticket actions by name

    def __post_init__(self) -> None:
        self._lock = threading.Lock()

    def saw(self, status: int) -> None:
        """Count one answer of the server."""
        with self._lock:
            self.statuses[str(status)] = self.statuses.get(str(status), 0) + 1

    def did(self, action: str) -> None:
        """Count one acknowledged action."""
        with self._lock:
            self.actions[action] = self.actions.get(action, 0) + 1

    @property
    def acknowledged(self) -> int:
        """Answers that got their thank-you."""
        return sum(answer.acknowledged >= 0 for answer in list(self.answers))

    def write(self, path: Path) -> None:
        """For the verdict, which runs as a program of the product."""
        path.write_text(
            json.dumps({"answers": [asdict(a) for a in self.answers], "notes": [asdict(n) for n in self.notes]})
        )
