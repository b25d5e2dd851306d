"""See that Chromium, gettext, Dovecot, Node.js and Pango are there, which tests and checks need beyond Python.

As root on Debian they are installed; elsewhere the command to run is named, and make stops.
"""

import os
import shutil
import subprocess
import sys
from ctypes.util import find_library
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SERVERS = "/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin"
DEBIAN = {
    "Chromium": ["chromium", "chromium-headless-shell", "fonts-dejavu-core"],
    "gettext": ["gettext"],
    "Dovecot": ["dovecot-imapd"],
    "Node.js": ["nodejs", "npm"],
    "Pango": ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"],
}
ELSEWHERE = {
    "apt-get": "sudo apt-get install --no-install-recommends " + " ".join(sum(DEBIAN.values(), [])),
    "dnf": "sudo dnf install chromium dejavu-sans-fonts gettext dovecot nodejs npm pango",
    "pacman": "sudo pacman -S --needed chromium ttf-dejavu gettext dovecot nodejs npm pango",
    "apk": "sudo apk add chromium font-dejavu gettext dovecot nodejs npm pango",
    "zypper": "sudo zypper install chromium dejavu-fonts gettext-tools dovecot nodejs npm pango",
    "brew": "brew install --cask chromium && brew install gettext dovecot node pango",
}


def missing() -> list[str]:
    """What is not there, of the names in DEBIAN. Dovecot, a mail server, stands where servers stand."""
    lacks = [] if any(map(shutil.which, BROWSERS)) else ["Chromium"]
    lacks += [] if all(map(shutil.which, ("msgfmt", "xgettext", "msgmerge", "msguniq"))) else ["gettext"]
    lacks += [] if shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:{SERVERS}") else ["Dovecot"]
    lacks += [] if all(map(shutil.which, ("node", "npm"))) else ["Node.js"]
    return lacks if all(map(find_library, ("pango-1.0", "harfbuzz-subset"))) else [*lacks, "Pango"]


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
        packages = [package for name in lacks for package in DEBIAN[name]]
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
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
