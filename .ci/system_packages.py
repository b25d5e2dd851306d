"""See that Chromium, gettext and Dovecot are there, which `make test` and `make check` need beyond Python's packages.

As root on Debian they are installed; elsewhere the command to run is named, and make stops.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SERVERS = "/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin"
DEBIAN = ["chromium", "fonts-dejavu-core", "gettext", "dovecot-imapd"]
ELSEWHERE = {
    "apt-get": "sudo apt-get install --no-install-recommends " + " ".join(DEBIAN),
    "dnf": "sudo dnf install chromium dejavu-sans-fonts gettext dovecot",
    "pacman": "sudo pacman -S --needed chromium ttf-dejavu gettext dovecot",
    "apk": "sudo apk add chromium font-dejavu gettext dovecot",
    "zypper": "sudo zypper install chromium dejavu-fonts gettext-tools dovecot",
    "brew": "brew install --cask chromium && brew install gettext dovecot",
}


def missing() -> list[str]:
    """What is not there: `Chromium`, `gettext`, `Dovecot` (a mail server, which stands where servers stand)."""
    lacks = [] if any(map(shutil.which, BROWSERS)) else ["Chromium"]
    lacks += [] if all(map(shutil.which, ("msgfmt", "xgettext", "msgmerge", "msguniq"))) else ["gettext"]
    return lacks if shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:{SERVERS}") else [*lacks, "Dovecot"]


def _listed(names: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def is_debian() -> bool:
    try:
        release = Path("/etc/os-release").read_text()
    except OSError:
        return False
    names = [line.split("=", 1)[1].strip('"') for line in release.splitlines() if line.startswith(("ID=", "ID_LIKE="))]
    return "debian" in " ".join(names).split() and shutil.which("apt-get") is not None


def main() -> int:
    lacks = missing()
    if not lacks:
        return 0
    if os.geteuid() == 0 and is_debian():
        print(f"winback: installing {_listed(lacks)} with apt-get", file=sys.stderr, flush=True)
        env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *DEBIAN]
        for command in (["apt-get", "update", "-qq"], install):
            done = subprocess.run(command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)
            if done.returncode != 0:
                sys.exit(f"winback: `{' '.join(command)}` failed")
        lacks = missing()
    if lacks:
        manager = next(filter(shutil.which, ELSEWHERE), None)
        how = f"Run: {ELSEWHERE[manager]}" if manager else "Install them with your system's package manager."
        sys.exit(f"winback: {_listed(lacks)} not found on PATH; tests and checks need it. {how}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
