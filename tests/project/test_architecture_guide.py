"""docs/architecture.md names files, tests and layers that are there."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs/architecture.md").read_text()


def test_every_file_and_test_that_it_names_is_there() -> None:
    named = re.findall(r"`((?:nps_project|surveys|followup|templates|tests|docs)/[\w/]+\.\w+)(?:::(\w+))?`", GUIDE)
    assert len(named) > 30
    for file, test in named:
        text = (ROOT / file).read_text()
        assert not test or re.search(rf"^def {test}\(", text, re.MULTILINE), f"{file}::{test}"


def test_its_layers_of_followup_are_those_that_the_contract_holds() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (held,) = [contract["layers"] for contract in contracts if contract.get("containers") == ["followup"]]
    rows = [row.strip("| ").split(" | ")[0].strip() for row in GUIDE.splitlines() if row.startswith("| ")]
    told = rows[rows.index("demo") : rows.index("errors, deadlines") + 1]
    bare = [layer.replace(" | ", ", ").replace("setup_urls, ", "") for layer in held[held.index("demo") :]]
    assert told == bare
