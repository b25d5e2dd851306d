"""The checkout holds what it should, and names no machine and no package host."""

import ast
import re
import subprocess
from collections import Counter
from functools import cache
from pathlib import Path

import lock
import pytest

ROOT = Path(__file__).resolve().parents[2]
ALLOWED = {
    *("manage.py", "Makefile", "pyproject.toml", "requirements.txt", "requirements-dev.txt"),
    *("Dockerfile", "docker-compose.yml", "README.md", "SECURITY.md", "LICENSE"),
    *("nps_project", "surveys", "followup", "templates", "static", "tests", "docs"),
}
PRODUCT = ("nps_project", "surveys", "followup")
# Written in pieces, so that this file does not name them either.
HOSTS = ["py" + "pi.org", "files.python" + "hosted.org", "registry.npm" + "js.org", "registry.yarn" + "pkg.com"]
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:work|root|Users|home/\w+)/[\w.-]")


@cache
def tracked() -> list[Path]:
    """Every file that git keeps, or would keep if added now."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    except (OSError, subprocess.CalledProcessError):  # an unpacked archive has no git: look at what is there
        made_here = {".git", ".venv", ".cache", "var"}
        found = [path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file()]
        return [path for path in found if path.parts[0] not in made_here and "__pycache__" not in path.parts]
    return sorted({Path(name) for name in listed.split("\0") if name and (ROOT / name).is_file()})


def test_the_top_level_holds_only_what_is_allowed() -> None:
    top = {path.parts[0] for path in tracked()}
    assert {name for name in top if not name.startswith(".")} <= ALLOWED


def test_no_file_names_a_package_host_or_a_path_of_one_machine() -> None:
    faults = []
    for path in tracked():
        content = (ROOT / path).read_bytes()
        if b"\0" in content:
            continue
        text = content.decode()
        faults += [f"{path}: {host}" for host in HOSTS if host in text]
        faults += [f"{path}: {found[0]}" for found in MACHINE_PATHS.finditer(text)]
    assert faults == []


def test_no_module_of_the_product_is_longer_than_400_lines() -> None:
    modules = [path for path in tracked() if path.suffix == ".py" and "migrations" not in path.parts]
    assert [str(path) for path in modules if len((ROOT / path).read_text().splitlines()) > 400] == []


def test_no_sheet_or_script_is_longer_than_400_lines() -> None:
    files = [path for path in tracked() if path.suffix in (".css", ".js") and "vendor" not in path.parts]
    assert len(files) > 30
    assert [str(path) for path in files if len((ROOT / path).read_text().splitlines()) > 400] == []


def test_no_folder_of_modules_is_longer_than_1500_lines() -> None:
    lines: Counter[str] = Counter()
    for path in tracked():
        is_module = path.suffix == ".py" and path.parts[0] in PRODUCT and "migrations" not in path.parts
        lines[str(path.parent)] += len((ROOT / path).read_text().splitlines()) if is_module else 0
    assert len(lines) > 30
    assert {folder: number for folder, number in lines.items() if number > 1500} == {}


PRIVATE = re.compile(r"_(?!_|meta$|default_manager$)")


def private_names_in(tree: ast.AST) -> list[str]:
    """What a test imports, reads or replaces of the product under a name that begins with an underscore."""
    nodes = list(ast.walk(tree))
    imports = [n for n in nodes if isinstance(n, ast.ImportFrom) and (n.module or "").startswith(PRODUCT)]
    names = {name.asname or name.name for node in imports for name in node.names}
    found = [name.name for node in imports for name in node.names if PRIVATE.match(name.name)]
    for node in nodes:
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in names and PRIVATE.match(node.attr):
            found.append(ast.unparse(node))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("setattr") and len(node.args) > 1:
            target, name = (ast.unparse(argument) for argument in node.args[:2])
            found += [f"{target}.{name}"] if target in names and PRIVATE.match(name.strip("'")) else []
    return found


def test_no_test_reaches_into_a_private_name_of_the_product() -> None:
    assert private_names_in(ast.parse("from surveys import hooks\nhooks._x\nm.setattr(hooks, '_y', 1)")) != []
    tests = [path for path in tracked() if path.suffix == ".py" and path.parts[0] == "tests"]
    found = {str(path): private_names_in(ast.parse((ROOT / path).read_text())) for path in tests}
    assert {path: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_a_lock_holds_exact_versions_and_nothing_else(name: str) -> None:
    allowed = re.compile(r"[a-z0-9][a-z0-9.-]*==[\w.]+|\s*#.*|-r requirements\.txt|")
    assert [line for line in (ROOT / name).read_text().splitlines() if not allowed.fullmatch(line)] == []


def test_the_locks_hold_all_that_is_asked_for_and_no_package_twice() -> None:
    runtime, dev = (lock.entries((ROOT / name).read_text()) for name in ("requirements.txt", "requirements-dev.txt"))
    assert {"django", "celery", "psycopg2-binary"} <= runtime.keys()
    assert "pytest-django" in dev
    assert runtime.keys() & dev.keys() == set()


def test_compiled_translations_are_not_ignored() -> None:
    ignored = subprocess.run(
        ["git", "check-ignore", "--quiet", "surveys/locale/nl/LC_MESSAGES/django.mo"], cwd=ROOT, check=False
    )
    assert ignored.returncode != 0
