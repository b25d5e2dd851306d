"""The mail that asks is made of what mail programs show: by caniemail's data, for 32 of them, without the network.

`mail_programs/allowed.json` has for each program what its data finds in the mail. Something new there fails: look at
it, and either write the mail otherwise or write it down. What a program leaves out must be decoration, as listed here.
"""

import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from surveys.campaigns import mail
from tests.factories import make_survey
from tests.product import CHECKOUT
from tests.surveys.campaigns.test_mail import make_invitation

HERE = Path(__file__).with_name("mail_programs")
# Without these the mail still has its question, eleven numbers in a row and the way out.
DECORATION = {
    "!important keyword", "<body> element", "<style> element", "@media", "Chaining selectors", "Class selector",
    "Descendant combinator", "ID selector", "Type selector",  # dark colours and a phone's sizes, beside inline styles
    "aria-hidden attribute", "aria-label attribute", "role attribute", "lang attribute",  # read aloud more plainly
    "display:none", "opacity", "overflow",  # the preview line, which then stands above the question
    "height attribute", "height property", "width attribute", "outline", "text-decoration", "word-break",
    "word-spacing", "table-layout",  # each cell has its own width, too
}  # fmt: skip


@pytest.fixture(scope="module")
def tool() -> Path:
    """A directory with caniemail as the lock file says; installed once."""
    lock = (HERE / "package-lock.json").read_bytes()
    place = CHECKOUT / ".cache" / f"mail-programs-{hashlib.sha256(lock).hexdigest()[:12]}"
    if not (place / "done").exists():
        place.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, place)
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=place, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, done.stderr
        (place / "done").touch()
    shutil.copy(HERE / "findings.mjs", place)
    return place


@pytest.mark.django_db
def test_each_mail_program_shows_what_the_mail_needs(tool: Path) -> None:
    survey = make_survey()
    bones = mail.skeleton(survey.pk, survey.revision, "en")
    html = bones.fill(mail.values_of(make_invitation(survey), bones.content.fixed)).html
    command = ["node", str(tool / "findings.mjs")]
    done = subprocess.run(command, input=html, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, list[str]] = json.loads(done.stdout)
    allowed: dict[str, list[str]] = json.loads((HERE / "allowed.json").read_text())
    assert len(found) == 32
    assert found == allowed
    left_out = {
        finding.removeprefix("not ") for program in found.values() for finding in program if finding[:4] == "not "
    }
    assert left_out <= DECORATION
