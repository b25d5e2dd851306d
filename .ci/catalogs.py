"""Where translatable words come from and where their translations lie: one catalog a room and language.

The words of `templates/<room>/` belong to that room; those of every other template to nps_project.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("nps_project", "surveys", "followup")
LANGUAGES = ("nl", "da")
SOURCES = (".py", ".html", ".txt")
_HEADER = """msgid ""
msgstr ""
"Project-Id-Version: Winback\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"""
# Guesses from similar sentences would only be thrown away: a fuzzy entry fails the check.
_EXTRACT = """
import sys
from django.core.management import execute_from_command_line
from django.core.management.commands import makemessages
makemessages.Command.msgmerge_options += ["--no-fuzzy-matching"]
execute_from_command_line(["django-admin", "makemessages", *sys.argv[1:]])
"""

Key = tuple[str, str, str]  # context, English, English plural; "" where there is none


def catalog_path(root: Path, room: str, language: str, suffix: str = ".po") -> Path:
    return root / room / "locale" / language / "LC_MESSAGES" / f"django{suffix}"


def sources(root: Path, room: str) -> Iterator[Path]:
    """The files whose words belong to a room, in a stable order."""
    for folder in (root / room, root / "templates"):
        for path in sorted(folder.rglob("*")):
            if path.suffix not in SOURCES or "migrations" in path.parts or not path.is_file():
                continue
            if folder.name == "templates":
                first = path.relative_to(folder).parts[0]
                if room != (first if first in ROOMS else "nps_project"):
                    continue
            yield path


def extract(root: Path, room: str, languages: tuple[str, ...]) -> dict[str, str]:
    """The .po text of each language as a fresh extraction gives it, earlier translations kept.

    Raises: SystemExit with what gettext said.
    """
    with tempfile.TemporaryDirectory(prefix="winback-messages-") as name:
        copy = Path(name)
        for path in sources(root, room):
            target = copy / path.relative_to(root)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
        for language in languages:
            target = copy / "locale" / language / "LC_MESSAGES" / "django.po"
            target.parent.mkdir(parents=True)
            earlier = catalog_path(root, room, language)
            if earlier.exists():
                shutil.copyfile(earlier, target)
        options = ["-v0", "--no-obsolete", "--no-wrap", "--add-location", "file", "--extension", "py,html,txt"]
        for language in languages:
            options += ["--locale", language]
        command = [sys.executable, "-c", _EXTRACT, *options]
        env = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        done = subprocess.run(command, cwd=copy, env=env, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"winback: words of {room} could not be collected\n{done.stdout}{done.stderr}")
        found = {language: copy / "locale" / language / "LC_MESSAGES" / "django.po" for language in languages}
        return {k: normal(po.read_text("utf-8") if po.exists() else "", k) for k, po in found.items()}


def normal(po: str, language: str) -> str:
    """A .po text with a header that says only what is needed, so that a re-run gives no difference."""
    entries = re.split(r"\n\n+", po.strip())[1:]
    return "\n\n".join([_HEADER.format(language=language).strip(), *entries]) + "\n"


def read(po: str, language: str) -> Catalog:
    return read_po(BytesIO(po.encode()), locale=language)


def forms(text: object) -> list[str]:
    """The singular, and the plural where there is one, of a message's English or translation; "" where missing."""
    return [str(form or "") for form in text] if isinstance(text, list | tuple) else [str(text or "")]


def key(message: Message) -> Key:
    one, *many = forms(message.id)
    return message.context or "", one, "".join(many)


def messages(catalog: Catalog) -> dict[Key, Message]:
    """Every entry but the header."""
    return {key(message): message for message in catalog if message.id}


def compiled(po: Path) -> bytes:
    """The .mo of a .po. Raises: SystemExit with what msgfmt found wrong."""
    done = subprocess.run(["msgfmt", "--check", "--output-file=-", str(po)], capture_output=True, check=False)
    if done.returncode != 0:
        sys.exit(f"winback: {po} does not compile\n{done.stderr.decode()}")
    return done.stdout


def contents(mo: bytes) -> dict[Key, object]:
    """What a .mo says, whatever release of gettext wrote it."""
    found = read_mo(BytesIO(mo))
    return {key(message): message.string for message in found}
