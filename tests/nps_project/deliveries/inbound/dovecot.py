"""A Dovecot of its own on loopback: a mailbox for each user, the password `secret`."""

import imaplib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from nps_project.deliveries.inbound.mailbox_urls import MailboxUrl
from tests.product import free_port

PASSWORD = "secret"
WITHIN_S = 20
SBIN = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"

CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
disable_plaintext_auth = no
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:{folder}/mail/%u
mail_fsync = never
auth_failure_delay = 0
{extra}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
"""


@dataclass(frozen=True, slots=True)
class Dovecot:
    """A running server. `tls_port`: where TLS comes first, 0 without a certificate."""

    port: int
    tls_port: int = 0

    def url(self, user: str, password: str = PASSWORD, folder: str = "INBOX", scheme: str = "imap") -> MailboxUrl:
        """The mailbox of a user."""
        port = self.tls_port if scheme == "imaps" else self.port
        return MailboxUrl(scheme, "127.0.0.1", port, user, password, folder)

    def signed_in(self, user: str) -> imaplib.IMAP4:
        """A person's mail program."""
        client = imaplib.IMAP4("127.0.0.1", self.port, timeout=WITHIN_S)
        client.login(user, PASSWORD)
        return client

    def put(self, user: str, *mails: bytes) -> None:
        """Deliver mails into the inbox."""
        client = self.signed_in(user)
        for mail in mails:
            state, said = client.append("INBOX", "", "", mail)
            assert state == "OK", said
        client.logout()

    def seen(self, user: str, folder: str = "INBOX") -> list[tuple[str, bool]]:
        """Subject and whether it is marked as read, of each mail of a folder."""
        client = self.signed_in(user)
        state, _said = client.select(f'"{folder}"', readonly=True)
        found = []
        if state == "OK":
            _state, numbers = client.search(None, "ALL")
            for number in numbers[0].split():
                _state, answer = client.fetch(number, "(FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
                head, subject = cast(tuple[bytes, bytes], answer[0])
                words = subject.decode(errors="replace").partition(":")[2].strip()
                found.append((words, b"\\Seen" in head + cast(bytes, answer[1])))
        client.logout()
        return found


@contextmanager
def running(extra: str = "ssl = no", *, with_tls: bool = False) -> Iterator[Dovecot]:
    """Starts one; `extra` goes into its configuration.

    Root's mails belong to nobody: Dovecot wants it so, and the folder lets that user through.
    """
    with tempfile.TemporaryDirectory(prefix="winback-dovecot-") as folder:
        Path(folder).chmod(0o755)
        yield from _running(Path(folder), extra, free_port() if with_tls else 0)


def _running(folder: Path, extra: str, tls_port: int) -> Iterator[Dovecot]:
    program = shutil.which("dovecot", path=SBIN)
    assert program is not None, "Dovecot is not installed: python3 .ci/system_packages.py"
    is_root = os.geteuid() == 0
    entry = pwd.getpwnam("nobody") if is_root else pwd.getpwuid(os.geteuid())
    group = subprocess.run(["id", "-gn", entry.pw_name], capture_output=True, text=True, check=True).stdout.strip()
    port = free_port()
    (folder / "mail").mkdir()
    if is_root:
        os.chown(folder / "mail", entry.pw_uid, entry.pw_gid)
    config = folder / "dovecot.conf"
    config.write_text(
        CONFIG.format(
            folder=folder, user=entry.pw_name, group=group, port=port, tls_port=tls_port, password=PASSWORD, extra=extra
        )
    )
    child = subprocess.Popen([program, "-F", "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
    try:
        made, ends = Dovecot(port, tls_port), time.monotonic() + WITHIN_S
        while True:
            try:
                made.signed_in("first").logout()
                break
            except (OSError, imaplib.IMAP4.error):
                log = (folder / "log").read_text() if (folder / "log").exists() else ""
                assert child.poll() is None, log
                assert time.monotonic() < ends, log
                time.sleep(0.05)
        yield made
    finally:
        child.terminate()
        child.wait(WITHIN_S)
