"""What is said of a sender: the judgement as a table, and the look-up against a name server on loopback."""

import base64
import time
from dataclasses import replace
from functools import lru_cache

import dns.resolver
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from nps_project.deliveries.sender import lookup
from nps_project.deliveries.sender.judgement import Finding, Level, judge, worst
from nps_project.deliveries.sender.names import Sender, selectors_in
from tests.nps_project.deliveries.name_server import answering

Texts = dict[str, list[str] | None]
SENDER = Sender(
    site_url="https://nps.firma.dk",
    from_address="Firma <care@mail.firma.dk>",
    bounce_address="bounce@mail.firma.dk",
    mail_host="smtp.service.net",
    selectors=("s1",),
)


@lru_cache(maxsize=4)
def key(bits: int) -> str:
    made = rsa.generate_private_key(public_exponent=65537, key_size=bits).public_key()
    return base64.b64encode(made.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


def good() -> Texts:
    """What DNS says of a sender who did everything."""
    return {
        "mail.firma.dk": ["other=1", "v=spf1 include:spf.service.net ~all"],
        "spf.service.net": ["v=spf1 a mx -all"],
        "_dmarc.mail.firma.dk": [],
        "_dmarc.firma.dk": ["v=DMARC1; p=none"],
        "s1._domainkey.mail.firma.dk": [f"v=DKIM1; k=rsa; p={key(2048)}"],
        "s1._domainkey.firma.dk": [],
    }


def said(sender: Sender, texts: Texts) -> dict[str, Finding]:
    return {finding.part: finding for finding in judge(sender, texts)}


def test_a_sender_who_did_everything_hears_nothing_else() -> None:
    found = judge(SENDER, good())
    assert {finding.part: finding.level.value for finding in found} == dict.fromkeys(
        ["Mail server", "SITE_URL", "Sender", "BOUNCE_ADDRESS", "SPF", "DKIM", "DMARC", "From and envelope"], "ok"
    )
    assert worst(found) == Level.OK


DKIM = "s1._domainkey.mail.firma.dk"


@pytest.mark.parametrize(
    ("part", "name", "texts", "level", "line"),
    [
        ("SPF", "mail.firma.dk", [], "bad", "mail.firma.dk TXT v=spf1 a:smtp.service.net ~all"),
        ("SPF", "mail.firma.dk", ["v=spf1 ~all", "v=spf1 mx ~all"], "bad", ""),
        ("SPF", "mail.firma.dk", ["v=spf1 mx +all"], "bad", ""),
        ("SPF", "mail.firma.dk", ["v=spf1 mx all"], "bad", ""),
        ("SPF", "mail.firma.dk", ["v=spf10 mx ~all"], "bad", "mail.firma.dk TXT v=spf1 a:smtp.service.net ~all"),
        ("SPF", "mail.firma.dk", ["v=spf1 " + "exists:%{i}.x.net " * 10 + "~all"], "ok", ""),
        ("SPF", "mail.firma.dk", ["v=spf1 " + "exists:%{i}.x.net " * 11 + "~all"], "bad", ""),
        ("SPF", "spf.service.net", ["v=spf1 " + "a:b.net " * 10 + "~all"], "bad", ""),
        ("SPF", "mail.firma.dk", None, "unknown", ""),
        ("DKIM", DKIM, [], "bad", f"{DKIM} TXT v=DKIM1; k=rsa; p=…"),
        ("DKIM", DKIM, ["v=DKIM1; p="], "bad", ""),
        ("DKIM", DKIM, ["v=DKIM1; p=bm90IGEga2V5"], "bad", ""),
        ("DKIM", DKIM, ["v=DKIM1; p=ø"], "bad", ""),
        ("DKIM", DKIM, ["v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="], "ok", ""),
        ("DKIM", DKIM, None, "unknown", ""),
        ("DMARC", "_dmarc.firma.dk", [], "bad",
         "_dmarc.firma.dk TXT v=DMARC1; p=none; rua=mailto:postmaster@firma.dk"),
        ("DMARC", "_dmarc.firma.dk", ["v=DMARC1; p=none", "v=DMARC1; p=reject"], "bad", ""),
        ("DMARC", "_dmarc.firma.dk", ["v=DMARC1; pct=100"], "bad", ""),
        ("DMARC", "_dmarc.mail.firma.dk", ["v=DMARC1; p=reject"], "ok", ""),
        ("DMARC", "_dmarc.firma.dk", None, "unknown", ""),
    ],
)  # fmt: skip
def test_each_record_is_judged_and_the_missing_one_is_given(
    part: str, name: str, texts: list[str] | None, level: str, line: str
) -> None:
    found = said(SENDER, good() | {name: texts})[part]
    assert found.level == level
    assert (f"{found.line.name} TXT {found.line.text}" if found.line else "") == line
    if level == "unknown":
        assert found.message == "not looked up"


# By openssl: the library makes no key as short as that.
SHORT = (
    "MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAODlWtjPOnrckrQOZH1vMV1ffcfGnKFHsU+5InIrwZwjLRLlzIiz0Cp/tB/G2QvVqeem6k8THQgYDc1P"
    "gQViupcCAwEAAQ=="
)


def test_a_key_that_receivers_pass_over_is_said() -> None:
    short = said(SENDER, good() | {DKIM: [f"v=DKIM1; p={SHORT}"]})["DKIM"]
    assert (short.level, "512" in short.message) == (Level.BAD, True)
    assert said(SENDER, good() | {DKIM: [f"p={key(1024)}"]})["DKIM"].level == Level.OK
    assert said(SENDER, good() | {DKIM: [f"v=DKIM1; t=s:y; p={key(2048)}"]})["DKIM"].level == Level.LOOK


def test_without_a_selector_the_usual_names_are_tried_and_none_found_is_no_fault() -> None:
    sender = replace(SENDER, selectors=())
    nothing: Texts = dict.fromkeys(sender.names(), [])
    assert said(sender, nothing)["DKIM"].level == Level.LOOK
    assert said(sender, nothing | {"google._domainkey.firma.dk": [f"p={key(2048)}"]})["DKIM"].level == Level.OK


@pytest.mark.parametrize(
    ("bounces_to", "policy", "dkim", "level"),
    [
        ("bounce@mail.firma.dk", "v=DMARC1; p=none; aspf=s", True, "ok"),
        ("bounce@firma.dk", "v=DMARC1; p=none", True, "ok"),
        ("bounce@firma.dk", "v=DMARC1; p=none; aspf=s", True, "look"),
        ("bounce@service.net", "v=DMARC1; p=none", True, "look"),
        ("bounce@service.net", "v=DMARC1; p=none", False, "bad"),
    ],
)
def test_the_envelope_must_belong_to_the_sender_or_dkim_carries_it_alone(
    bounces_to: str, policy: str, dkim: bool, level: str
) -> None:
    spf = {bounces_to.rpartition("@")[2]: ["v=spf1 mx ~all"]}
    texts = good() | spf | {"_dmarc.firma.dk": [policy]} | ({} if dkim else {DKIM: []})
    assert said(replace(SENDER, bounce_address=bounces_to), texts)["From and envelope"].level == level


@pytest.mark.parametrize(
    ("fields", "part"),
    [
        ({"site_url": "http://nps.firma.dk"}, "SITE_URL"),
        ({"site_url": "https://127.0.0.1:8000"}, "SITE_URL"),
        ({"site_url": "https://localhost"}, "SITE_URL"),
        ({"site_url": "https://[::1]"}, "SITE_URL"),
        ({"is_from_set": False}, "Sender"),
        ({"from_address": "Firma <care@example.com>"}, "Sender"),
        ({"from_address": "winback@127.0.0.1"}, "Sender"),
        ({"mail_host": ""}, "Mail server"),
        ({"bounce_address": "bounces-of-our-surveys@mail.firma.dk"}, "BOUNCE_ADDRESS"),
        ({"bounce_address": "bounce@example.com"}, "BOUNCE_ADDRESS"),
    ],
)
def test_settings_that_no_mail_should_leave_with_are_red(fields: dict[str, str | bool], part: str) -> None:
    assert said(replace(SENDER, **fields), good())[part].level == Level.BAD  # type: ignore[arg-type]


def test_a_local_part_of_64_octets_with_its_token_still_goes() -> None:
    exact = replace(SENDER, bounce_address=f"{'b' * 21}@mail.firma.dk")
    assert said(exact, good())["BOUNCE_ADDRESS"].level == Level.OK
    assert said(replace(exact, bounce_address=f"b{exact.bounce_address}"), good())["BOUNCE_ADDRESS"].level == Level.BAD


def test_every_name_is_looked_up_and_includes_are_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {name: texts for name, texts in good().items() if texts}
    with answering(known) as server:
        monkeypatch.setattr(lookup, "resolver", server.resolver)
        assert lookup.look_up(SENDER) == good()
    assert sorted(server.asked) == sorted(good())


def test_an_spf_that_includes_itself_or_half_the_world_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    many = {f"n{number}.net": [f"v=spf1 include:n{number + 1}.net include:mail.firma.dk ~all"] for number in range(40)}
    with answering({"mail.firma.dk": ["v=spf1 include:n0.net include:a..b ~all"]} | many) as server:
        monkeypatch.setattr(lookup, "resolver", server.resolver)
        texts = lookup.look_up(SENDER)
    assert len([name for name in server.asked if name.endswith(".net")]) <= 10
    assert said(SENDER, texts)["SPF"].level == Level.BAD


def test_a_name_server_that_is_silent_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup, "WITHIN_S", 0.6)
    monkeypatch.setattr(lookup, "ONE_WITHIN_S", 0.4)
    with answering(dict.fromkeys(good())) as server:
        monkeypatch.setattr(lookup, "resolver", server.resolver)
        begin = time.monotonic()
        texts = lookup.look_up(SENDER)
        assert time.monotonic() - begin < 2
    found = said(SENDER, texts)
    assert [found[part].message for part in ("SPF", "DKIM", "DMARC", "From and envelope")] == ["not looked up"] * 4
    assert worst(list(found.values())) == Level.UNKNOWN


def test_without_any_name_server_it_is_not_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> dns.resolver.Resolver:
        return dns.resolver.Resolver(configure=False)

    monkeypatch.setattr(lookup, "resolver", nobody)
    assert said(SENDER, lookup.look_up(SENDER))["SPF"].level == Level.UNKNOWN


def test_selectors_are_names_and_not_many() -> None:
    assert selectors_in(" S1, s2;s1\nmail.key ") == ["s1", "s2", "mail.key"]
    for bad in ("s1, -x", " ".join(f"s{number}" for number in range(11)), "é", "<b>"):
        with pytest.raises(ValueError):  # noqa: PT011  (the message is the word)
            selectors_in(bad)
