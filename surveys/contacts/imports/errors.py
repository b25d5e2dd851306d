"""The errors of imports."""

from typing import Any

from surveys.errors import SurveyError


class Unreadable(SurveyError):
    """The file cannot be imported as a whole; `words` tells a person why, translated when shown."""

    code = "unreadable_file"

    def __init__(self, words: Any) -> None:
        super().__init__("file", "", str(words))
        self.words = words

    def __str__(self) -> str:
        return str(self.words)


class WrongMatching(SurveyError):
    """The columns are not matched so that customers could be found by them; `words` says why."""

    def __init__(self, words: Any) -> None:
        super().__init__("columns", "", str(words))
        self.words = words

    def __str__(self) -> str:
        return str(self.words)
