"""Measuring themes on sentences with labels that somebody else gave."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from followup.insights.themes.measuring import is_kept_back, measure
from tests.followup.insights.themes.making import SAYS

THINGS = [
    f"{size} {thing}" for size in ("big", "small", "grey", "oak", "old") for thing in ("sofa", "table", "bed", "rug")
]
SENTENCES = [(line.format(what=thing), label) for label, lines in SAYS.items() for line in lines for thing in THINGS]


def told(path: Path, **options: object) -> str:
    out = StringIO()
    call_command("measure_themes", str(path), stdout=out, **options)
    return out.getvalue()


def test_what_is_kept_back_is_never_learnt_from_and_order_does_not_matter() -> None:
    found = measure(SENTENCES, "en", 0.7)

    assert found is not None
    assert found.n == sum(is_kept_back(sentence) for sentence, _label in SENTENCES)
    assert found.learnt == len(SENTENCES) - found.n
    assert (found.guessed_right, found.right) == (found.n, found.suggested)
    assert measure(SENTENCES[::-1], "en", 0.7) == found


def test_the_command_prints_what_was_measured(tmp_path: Path) -> None:
    path = tmp_path / "said.csv"
    path.write_text("text,category\n" + "".join(f'"{sentence}",{label}\n' for sentence, label in SENTENCES))

    assert "right of suggestions" in told(path)
    assert "billing: n " in told(path, precision=99)


@pytest.mark.parametrize(
    ("content", "options", "says"),
    [
        ("text,label\na,b\n", {}, "has no column category; it has: text, label"),
        ("text,category\nLate,a\nWrong,b\n", {}, "too little to learn from"),
        ("text,category\n", {"precision": 100}, "allowed: 50 to 99"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(
    tmp_path: Path, content: str, options: dict[str, object], says: str
) -> None:
    path = tmp_path / "said.csv"
    path.write_text(content)
    with pytest.raises(CommandError, match=says):
        told(path, **options)
    with pytest.raises(CommandError, match="cannot be read"):
        told(tmp_path / "none.csv")
