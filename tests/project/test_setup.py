"""What `make` says when something it stands on is missing; the installation itself is seen in a clean checkout."""

import os
import shutil
import sys
import sysconfig
from pathlib import Path

import pytest
import setup
import system_packages


def test_a_lock_is_read_without_its_remarks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "requirements.txt").write_text("# made by hand\none==1.0\n    # via two\n")
    (tmp_path / "requirements-dev.txt").write_text("-r requirements.txt\ntwo==2.0\n")
    monkeypatch.setattr(setup, "ROOT", tmp_path)
    assert setup.pins("runtime") == ["one==1.0"]
    assert setup.pins("dev") == ["one==1.0", "two==2.0"]


def test_a_python_that_does_not_run_has_no_version(tmp_path: Path) -> None:
    assert setup.python_version(tmp_path / "python") is None
    assert setup.python_version(Path(sys.executable)) == sys.version_info[:3]


@pytest.mark.parametrize(
    ("pin", "fault"),
    [("pytest==" + pytest.__version__, set()), ("pytest==0.1", {"other"}), ("no-such-package==1", {"missing"})],
)
def test_each_fault_of_an_installation_has_its_name(pin: str, fault: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup, "PYTHON", Path(sys.executable))
    monkeypatch.setattr(setup, "pins", lambda kind: [pin])
    assert setup.faults("dev") == fault


def test_a_python_newer_than_tested_gets_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(setup, "PYTHON", Path(sys.executable))
    monkeypatch.setattr(setup, "faults", lambda kind: set())
    monkeypatch.delenv("WINBACK_PYTHON_ASKED", raising=False)
    setup.ensure("runtime")
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(setup, "NEWEST_TESTED", (3, 10))
    setup.ensure("runtime")
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "newer than 3.10" in said


@pytest.mark.parametrize(
    ("built_with", "prefix", "asked", "systems_own", "taken"),
    [
        ("'--prefix=/opt/python'", "/opt/python", "", (3, 12, 1), "the system's own"),
        ("'--enable-optimizations'", "/opt/python", "", (3, 12, 1), "this one"),
        ("'--prefix=/usr'", "/usr", "", (3, 12, 1), "this one"),
        ("'--prefix=/opt/python'", "/opt/python", "1", (3, 12, 1), "this one"),
        ("'--prefix=/opt/python'", "/opt/python", "", (3, 9, 6), "this one"),
        ("'--prefix=/opt/python'", "/opt/python", "", (4, 0, 0), "this one"),
        ("'--prefix=/opt/python'", "/opt/python", "", None, "this one"),
    ],
)
def test_a_slow_python_gives_way_to_the_systems_own_unless_it_was_asked_for(
    built_with: str,
    prefix: str,
    asked: str,
    systems_own: tuple[int, ...] | None,
    taken: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sysconfig, "get_config_var", {"CONFIG_ARGS": built_with}.get)
    monkeypatch.setattr(sys, "base_prefix", prefix)
    monkeypatch.setenv("WINBACK_PYTHON_ASKED", asked)
    monkeypatch.setattr(setup, "python_version", lambda python, with_module: systems_own)
    assert setup.chosen() == {"this one": sys.executable, "the system's own": "/usr/bin/python3"}[taken]
    assert ("taking /usr/bin/python3" in capsys.readouterr().err) == (taken == "the system's own")


def bare_machine(monkeypatch: pytest.MonkeyPatch, *programs: str) -> None:
    """A machine of an ordinary user on which only these programs are found."""
    monkeypatch.setattr(shutil, "which", lambda name, path="": f"/bin/{name}" if name in programs else None)
    monkeypatch.setattr(system_packages, "find_library", lambda name: name if name in programs else None)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)


@pytest.mark.parametrize(
    ("programs", "told"),
    [
        (
            ("apt-get",),
            "Run: sudo apt-get install --no-install-recommends"
            " chromium chromium-headless-shell fonts-dejavu-core gettext dovecot-imapd nodejs npm"
            " libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
        ),
        (("brew",), "Run: brew install --cask chromium && brew install gettext dovecot node pango"),
        ((), "with your system's package manager"),
    ],
)
def test_without_what_the_tests_need_the_command_is_named(
    programs: tuple[str, ...], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare_machine(monkeypatch, *programs)
    with pytest.raises(SystemExit, match="Chromium, gettext, Dovecot, Node.js and Pango not found") as stopped:
        system_packages.main()
    assert told in str(stopped.value)


def test_a_machine_with_all_of_it_needs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    bare_machine(
        monkeypatch,
        "chromium",
        "msgfmt",
        "xgettext",
        "msgmerge",
        "msguniq",
        "dovecot",
        "node",
        "npm",
        "pango-1.0",
        "harfbuzz-subset",
    )
    assert system_packages.main() == 0
