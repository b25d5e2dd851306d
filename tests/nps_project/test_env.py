"""The environment: what is read from it, and the one line with which a bad value stops the start."""

import os
import runpy
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from kombu import Connection
from redis import Redis

from nps_project import env
from nps_project.operations.secret_key import read_or_make_secret_key
from tests.product import CHECKOUT

OWN = ["HOST", "PORT", "SITE_URL", "DEBUG", "LOG_FORMAT", "ANSWERS_PER_MINUTE", "ALLOWED_HOSTS", "TRUSTED_PROXIES",
       "TIME_ZONE", "EMAIL_URL", "HSTS", "DEFAULT_FROM_EMAIL", "BOUNCE_ADDRESS",
       "MAIL_WEBHOOK_SECRET", "MAILBOX_URL", "MAIL_AUTH_SERVER"]  # fmt: skip


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in OWN:
        monkeypatch.delenv(name, raising=False)


def settings_of(monkeypatch: pytest.MonkeyPatch, **given: str) -> dict[str, Any]:
    """The settings in this environment, read anew; those of the tests stay as they are."""
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    return runpy.run_path(str(CHECKOUT / "nps_project" / "settings.py"))


@pytest.mark.parametrize(
    ("name", "given", "allowed"),
    [
        ("PORT", "http", "a whole number from 1 to 65535"),
        ("PORT", "0", "a whole number from 1 to 65535"),
        ("PORT", "65536", "a whole number from 1 to 65535"),
        ("PORT", "80.5", "a whole number"),
        ("DEBUG", "maybe", "1, true, yes, on, 0, false, no, off"),
        ("SITE_URL", "survey.example.com", "http://… or https://…"),
        ("SITE_URL", "ftp://survey.example.com", "http://… or https://…"),
        ("SITE_URL", "http://[", "http://… or https://…"),
        ("LOG_FORMAT", "xml", "console, json"),
        ("ANSWERS_PER_MINUTE", "-1", "a whole number from 0"),
        ("TRUSTED_PROXIES", "10.0.0.0/8, everyone", "addresses or networks such as 10.0.0.0/8"),
        ("TIME_ZONE", "Mars/Olympus", "a zone of the tz database"),
        ("TIME_ZONE", "../../etc/passwd", "a zone of the tz database"),
        ("TIME_ZONE", "Europe", "a zone of the tz database"),
        ("DATABASE_URL", "mysql://u:secret@db/x", "postgres://… or postgresql://…"),
        ("DATABASE_URL", "postgresql://u:secret@db:port/x", "postgresql://user:password@host:5432/name"),
        ("REDIS_URL", "amqp://u:secret@mq", "redis://… or rediss://… or unix://…"),
        ("EMAIL_URL", "mail://u:secret@mx", "smtp://… or smtps://…"),
        ("EMAIL_URL", "smtp+tls://u:secr#et@mx", "smtp+tls://user:password@host:587"),
        ("EMAIL_URL", "smtps://u:12/secret@mx", "smtp+tls://user:password@host:587"),
        ("EMAIL_URL", "smtp://u:secret?@mx:25", "smtp+tls://user:password@host:587"),
        ("EMAIL_URL", "smtps://u:secret@mx:many", "smtp+tls://user:password@host:587"),
        ("EMAIL_URL", "smtps://u:secret@", "smtp+tls://user:password@host:587"),
        ("EMAIL_URL", "smtps://u:secret@mx/inbox", "smtp+tls://user:password@host:587"),
        ("EMAIL_URL", "u:secret@mx", "smtp"),
        ("EMAIL_URL", "postmark://", "postmark://TOKEN"),
        ("EMAIL_URL", "postmark://secret@host", "postmark://TOKEN"),
        ("EMAIL_URL", "postmark://secret/path", "postmark://TOKEN"),
        ("EMAIL_URL", "postmark://secret?domain=x", "postmark://TOKEN"),
        ("EMAIL_URL", "mailjet://secret", "postmark://TOKEN"),
        ("EMAIL_URL", "mailgun://secret?region=mars", "postmark://TOKEN"),
        ("EMAIL_URL", "mailgun://secret?domain=", "postmark://TOKEN"),
        ("MAIL_WEBHOOK_SECRET", "secret", "user:password"),
        ("MAILBOX_URL", "pop3://u:secret@mx/INBOX", "imaps://…"),
        ("MAILBOX_URL", "imaps://mx/INBOX", "imaps://user:password@host/INBOX"),
        ("MAILBOX_URL", "imap+tls://u:secret@mx:993", "imaps://user:password@host/INBOX"),
        ("MAILBOX_URL", "imaps://u@mx", "imaps://user:password@host/INBOX"),
        ("MAILBOX_URL", "imaps://u:secret@mx/INBOX?x=1", "imaps://user:password@host/INBOX"),
        ("MAILBOX_URL", "imaps://u:sec,ret@mx/INBOX", "imaps://user:password@host/INBOX"),
        ("MAIL_WEBHOOK_SECRET", "hook:secret", "user:password"),
        ("MAIL_AUTH_SERVER", "mx.example.com; spf=pass", "the name of one mail server"),
        ("DATABASE_URL", "postgresql://u:12#secret@db/x", "postgresql://user:password@host:5432/name"),
        ("DATABASE_URL", "postgresql://u:12/secret@db/x", "postgresql://user:password@host:5432/name"),
        ("DATABASE_URL", "postgresql://u:[secret@db/x", "postgresql://user:password@host:5432/name"),
        ("DATABASE_URL", "postgresql://u:secret@db", "postgresql://user:password@host:5432/name"),
        ("REDIS_URL", "redis://:12#secret@mq/0", "redis://host:6379/0"),
        ("REDIS_URL", "redis://:secret@mq/first", "redis://host:6379/0"),
        ("REDIS_URL", "redis://:12?secret@mq/0", "redis://host:6379/0"),
        ("SITE_URL", "https://", "http://… or https://…"),
        ("SITE_URL", "https://nps.example.com/winback", "http://… or https://…"),
        ("SITE_URL", "https://nps.example.com?lang=da", "http://… or https://…"),
        ("SITE_URL", "https://nps.example.com/#top", "http://… or https://…"),
        ("SITE_URL", "https://me:secret@nps.example.com", "http://… or https://…"),
        ("SITE_URL", "https://nps.example.com:x", "http://… or https://…"),
        ("SITE_URL", "https://nps example.com", "http://… or https://…"),
        ("SITE_URL", "https://-.example.com", "http://… or https://…"),
        ("SITE_URL", "https://straße.example", "http://… or https://…"),
        ("ALLOWED_HOSTS", "https://nps.example.com", "names of hosts without scheme and port"),
        ("ALLOWED_HOSTS", "a.example, nps.example.com:8000", "names of hosts without scheme and port"),
        ("HSTS", "everything", "host, subdomains, preload"),
    ],
)
def test_a_bad_value_stops_the_start_with_one_line(
    monkeypatch: pytest.MonkeyPatch, name: str, given: str, allowed: str
) -> None:
    with pytest.raises(SystemExit) as stopped:
        settings_of(monkeypatch, **{name: given})
    line = str(stopped.value)
    assert line.startswith(f"winback: {name} is ")
    assert f"; allowed: {allowed}" in line
    assert "\n" not in line
    assert "secret" not in line


def test_an_endless_value_is_not_repeated_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SystemExit) as stopped:
        settings_of(monkeypatch, PORT="9" * 5_000)
    assert len(str(stopped.value)) < 300


def test_without_any_variable_it_is_the_product_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    made = settings_of(monkeypatch)
    assert made["SITE_URL"] == "http://127.0.0.1:8000"
    assert set(made["ALLOWED_HOSTS"]) == {"localhost", "127.0.0.1", "[::1]"}
    assert (made["DEBUG"], made["ANSWERS_PER_MINUTE"], made["TIME_ZONE"]) == (False, 600, "UTC")
    assert (made["TRUSTED_PROXIES"], made["MAIL_IS_STORED_ONLY"]) == ([], True)
    assert (made["SECURE_SSL_REDIRECT"], made["SESSION_COOKIE_SECURE"], made["SECURE_HSTS_SECONDS"]) == (
        False,
        False,
        0,
    )


def test_the_scheme_of_the_site_decides_what_only_works_over_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    made = settings_of(monkeypatch, SITE_URL="https://ask.example.com/", HOST="10.1.2.3")
    assert made["SITE_URL"] == "https://ask.example.com"
    assert {"ask.example.com", "10.1.2.3", "127.0.0.1"} <= set(made["ALLOWED_HOSTS"])
    assert made["SECURE_SSL_REDIRECT"] is made["SESSION_COOKIE_SECURE"] is made["CSRF_COOKIE_SECURE"] is True
    assert made["SECURE_HSTS_SECONDS"] > 0
    assert made["CSRF_TRUSTED_ORIGINS"] == ["https://ask.example.com"]


def test_hosts_that_are_named_are_the_only_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings_of(monkeypatch, ALLOWED_HOSTS=" a.example , b.example,,")["ALLOWED_HOSTS"] == [
        "a.example",
        "b.example",
    ]


def test_a_mail_server_is_taken_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    made = settings_of(monkeypatch, EMAIL_URL="smtp+tls://me:p%40ss@mx.example.com:587")
    assert (made["EMAIL_HOST"], made["EMAIL_PORT"], made["EMAIL_USE_TLS"]) == ("mx.example.com", 587, True)
    assert (made["EMAIL_HOST_USER"], made["EMAIL_HOST_PASSWORD"]) == ("me", "p@ss")
    assert not made["MAIL_IS_STORED_ONLY"]


def test_several_mailboxes_are_taken_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    given = "imaps://care%40nordlys.dk:p%2Cw%40@imap.nordlys.dk/INBOX, imap+tls://b:x@mx:1143/Lists%2FBack%20room"
    one, two = settings_of(monkeypatch, MAILBOX_URL=given)["MAILBOXES"]
    assert (one.scheme, one.host, one.port, one.user, one.password, one.folder) == (
        "imaps", "imap.nordlys.dk", 993, "care@nordlys.dk", "p,w@", "INBOX",
    )  # fmt: skip
    assert (two.port, two.folder, two.name) == (1143, "Lists/Back room", "b mx:1143/Lists/Back room")
    assert one.name == "care@nordlys.dk imap.nordlys.dk/INBOX"
    assert "p,w@" not in repr(one)
    assert settings_of(monkeypatch, MAILBOX_URL="")["MAILBOXES"] == []


@pytest.mark.parametrize(
    ("given", "service", "told"),
    [
        ("postmark://To-Ken", "postmark", {"POSTMARK_SERVER_TOKEN": "To-Ken"}),
        ("postmark://T?stream=ask", "postmark", {"POSTMARK_SERVER_TOKEN": "T", "POSTMARK_MESSAGE_STREAM": "ask"}),
        ("brevo://xkeysib-A%2FB", "brevo", {"BREVO_API_KEY": "xkeysib-A/B"}),
        ("resend://re_1", "resend", {"RESEND_API_KEY": "re_1"}),
        ("mailjet://K:S%3A", "mailjet", {"MAILJET_API_KEY": "K", "MAILJET_SECRET_KEY": "S:"}),
        (
            "mailgun://key?domain=mg.example.com&region=eu",
            "mailgun",
            {
                "MAILGUN_API_KEY": "key",
                "MAILGUN_SENDER_DOMAIN": "mg.example.com",
                "MAILGUN_API_URL": "https://api.eu.mailgun.net/v3",
            },
        ),
    ],
)
def test_a_mail_service_is_named_by_its_key(
    monkeypatch: pytest.MonkeyPatch, given: str, service: str, told: dict[str, str]
) -> None:
    made = settings_of(monkeypatch, EMAIL_URL=given)
    assert (made["EMAIL_SERVICE"], made["MAIL_IS_STORED_ONLY"]) == (service, False)
    assert made["EMAIL_BACKEND"] == f"anymail.backends.{service}.EmailBackend"
    assert made["ANYMAIL"] == {"REQUESTS_TIMEOUT": 20} | told
    assert settings_of(monkeypatch, EMAIL_URL="")["EMAIL_SERVICE"] == ""


@pytest.mark.parametrize(
    ("given", "port", "starttls", "tls"),
    [
        ("smtp://mx", 25, False, False),
        ("smtp+tls://mx", 587, True, False),
        ("smtps://mx", 465, False, True),
        ("smtp+ssl://mx", 465, False, True),
        ("smtps://mx:2465", 2465, False, True),
    ],
)
def test_the_scheme_of_a_mail_server_says_how_it_is_spoken_to(
    monkeypatch: pytest.MonkeyPatch, given: str, port: int, starttls: bool, tls: bool
) -> None:
    made = settings_of(monkeypatch, EMAIL_URL=given)
    assert (made["EMAIL_PORT"], made["EMAIL_USE_TLS"], made["EMAIL_USE_SSL"]) == (port, starttls, tls)


def test_a_password_may_have_every_character_when_it_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    password = "a+b:c@d/e#f?g%h i&=[]"
    given = f"me:{quote(password, safe='+:@&=')}@"
    mail = settings_of(monkeypatch, EMAIL_URL=f"smtps://{given}mx.example.com")
    assert (mail["EMAIL_HOST_PASSWORD"], mail["EMAIL_HOST"]) == (password, "mx.example.com")
    database = settings_of(monkeypatch, DATABASE_URL=f"postgresql://{given}db.example.com:5433/winback")["DATABASES"]
    told = database["default"]
    assert (told["USER"], told["PASSWORD"], told["HOST"], told["PORT"], told["NAME"]) == (
        "me", password, "db.example.com", 5433, "winback",
    )  # fmt: skip
    url = settings_of(monkeypatch, REDIS_URL=f"redis://{given}mq.example.com:6380/2")["REDIS_URL"]
    store = Redis.from_url(url).connection_pool.connection_kwargs
    broker = Connection(url)
    assert (store["password"], store["host"], store["db"]) == (password, "mq.example.com", 2)
    assert (broker.password, broker.hostname, broker.virtual_host) == (password, "mq.example.com", "2")


def test_a_database_address_may_leave_the_password_to_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    told = settings_of(monkeypatch, DATABASE_URL="postgresql://winback@database:5432/winback")["DATABASES"]["default"]
    assert (told["USER"], told["PASSWORD"], told["HOST"]) == ("winback", "", "database")


@pytest.mark.parametrize(
    ("given", "read", "host"),
    [
        ("https://spørg.købmand.dk", "https://xn--sprg-hra.xn--kbmand-bya.dk", "xn--sprg-hra.xn--kbmand-bya.dk"),
        ("https://NPS.Example.com:443/", "https://nps.example.com", "nps.example.com"),
        ("http://nps.example.com:80", "http://nps.example.com", "nps.example.com"),
        ("https://nps.example.com:8443", "https://nps.example.com:8443", "nps.example.com"),
        ("http://[::1]:8000", "http://[::1]:8000", "[::1]"),
        ("http://10.0.0.7:8000//", "http://10.0.0.7:8000", "10.0.0.7"),
    ],
)
def test_the_site_is_named_as_browsers_name_it(
    monkeypatch: pytest.MonkeyPatch, given: str, read: str, host: str
) -> None:
    made = settings_of(monkeypatch, SITE_URL=given)
    assert made["SITE_URL"] == read
    assert made["CSRF_TRUSTED_ORIGINS"] == [read]
    assert host in made["ALLOWED_HOSTS"]
    made["DEFAULT_FROM_EMAIL"].encode("ascii")
    assert settings_of(monkeypatch, ALLOWED_HOSTS="*, .spørg.dk, [::1]")["ALLOWED_HOSTS"] == [
        "*", ".xn--sprg-hra.dk", "[::1]",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "subdomains", "preload"),
    [("", False, False), ("host", False, False), ("subdomains", True, False), ("preload", True, True)],
)
def test_only_this_host_is_bound_to_tls_unless_more_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, asked: str, subdomains: bool, preload: bool
) -> None:
    made = settings_of(monkeypatch, SITE_URL="https://nps.example.com", HSTS=asked)
    assert (made["SECURE_HSTS_INCLUDE_SUBDOMAINS"], made["SECURE_HSTS_PRELOAD"]) == (subdomains, preload)
    made = settings_of(monkeypatch, SITE_URL="http://nps.example.com", HSTS=asked)
    assert (made["SECURE_HSTS_SECONDS"], made["SECURE_HSTS_INCLUDE_SUBDOMAINS"]) == (0, False)


@pytest.mark.parametrize(("given", "read"), [("ON", True), (" yes ", True), ("1", True), ("off", False), ("", True)])
def test_yes_and_no_in_many_words(monkeypatch: pytest.MonkeyPatch, given: str, read: bool) -> None:
    monkeypatch.setenv("DEBUG", given)
    assert env.boolean("DEBUG", True) is read


def test_a_directory_is_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VAR_DIR", "here")
    assert env.directory("VAR_DIR", Path("/elsewhere")) == tmp_path / "here"


def test_processes_that_start_at_once_agree_on_one_secret_key(tmp_path: Path) -> None:
    var = tmp_path / "var"
    first = read_or_make_secret_key(var)
    assert stat.S_IMODE((var / "secret_key").stat().st_mode) == 0o600
    assert len(first) >= 50
    assert read_or_make_secret_key(var) == first
    assert os.listdir(var) == ["secret_key"]


def test_no_key_is_made_twice_by_a_race(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each thread plays a process: with a process id of its own it writes a file of its own."""
    ids = iter(range(1_000))
    monkeypatch.setattr("nps_project.operations.secret_key.os.getpid", lambda: next(ids))
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _number: read_or_make_secret_key(tmp_path), range(8)))) == 1


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SystemExit, match="winback: .*file"):
        read_or_make_secret_key(tmp_path / "file")
