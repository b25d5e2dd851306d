"""`manage.py import_contacts`."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from surveys.contacts.imports.models import ContactImport
from surveys.models import Contact

pytestmark = pytest.mark.django_db


def run_with(*words: str) -> str:
    out = StringIO()
    call_command("import_contacts", *words, stdout=out)
    return out.getvalue()


def test_a_good_file_is_imported_and_what_was_recognised_is_said(tmp_path: Path) -> None:
    file = tmp_path / "customers.csv"
    file.write_text("Klantnr;Naam\n1;Søren\n", "cp1252")
    said = run_with(str(file))
    assert "Windows-1252" in said
    assert "semicolon" in said
    assert "1 new" in said
    assert Contact.objects.get().name == "Søren"


def test_bad_rows_go_to_a_file_and_the_exit_status_is_1(tmp_path: Path) -> None:
    file = tmp_path / "customers.csv"
    file.write_text("email,shoes\na@example.com,43\nb@,44\n")
    with pytest.raises(SystemExit) as stopped:
        run_with(str(file), "--map", "shoes=trait.shoes")
    assert stopped.value.code == 1
    assert "b@" in (tmp_path / "customers.csv.bad.csv").read_text("utf-8-sig")
    assert Contact.objects.get().traits == {"shoes": "43"}


def test_a_dry_run_says_what_would_happen_and_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "customers.csv"
    file.write_text("email\na@example.com\n")
    assert "1 new" in run_with(str(file), "--dry-run")
    assert not Contact.objects.exists()
    assert not ContactImport.objects.exists()


@pytest.mark.parametrize("words", [["--map", "email"], ["--map", "email=shoe"], ["--map", "email="]])
def test_a_matching_that_is_wrong_is_refused_with_exit_status_2(tmp_path: Path, words: list[str]) -> None:
    file = tmp_path / "customers.csv"
    file.write_text("email\na@example.com\n")
    with pytest.raises(CommandError) as refused:
        run_with(str(file), *words)
    assert refused.value.returncode == 2
    assert not ContactImport.objects.exists()


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        run_with(str(tmp_path / "nothing.csv"))
