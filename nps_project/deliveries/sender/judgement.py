"""Judge a sender by its settings and by what DNS said of it. Pure but for the language of the words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from nps_project.deliveries.sender import records
from nps_project.deliveries.sender.names import Sender, domain_of, is_public

LONGEST_LOCAL_PART = 64  # octets (RFC 5321)
LEAST_KEY_BITS = 1024
Known = Mapping[str, list[str] | None]  # the TXT records of each name that was looked up; None: nobody answered


class Level(StrEnum):
    """How good a finding is; `unknown`: nobody looked, or nobody answered."""

    OK = "ok"
    LOOK = "look"
    BAD = "bad"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PasteLine:
    """A record to put into DNS."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: its name, how good it is, why, and the record to paste where one is missing."""

    part: str
    level: Level
    message: str
    line: PasteLine | None = None


def judge(sender: Sender, texts: Known) -> list[Finding]:
    """All findings, in the order of the page; those about DNS are UNKNOWN where `texts` lacks their names."""
    found = [_server(sender), _site(sender), _from(sender)]
    if sender.bounce_address:
        found.append(_local_part(sender))
    if not sender.from_domain or not sender.envelope_domain:
        return found
    spf, dkim, dmarc = _spf(sender, texts), _dkim(sender, texts), _dmarc(sender, texts)
    return [*found, spf, dkim, dmarc, _alignment(sender, texts, spf, dkim)]


def _server(sender: Sender) -> Finding:
    part = _("Mail server")
    if not sender.mail_host:
        return Finding(part, Level.BAD, _("No mail server is set (EMAIL_URL), so nobody can be asked by mail."))
    return Finding(part, Level.OK, sender.mail_host)


def _site(sender: Sender) -> Finding:
    part, site = "SITE_URL", urlsplit(sender.site_url)
    if not is_public(site.hostname or ""):
        return Finding(part, Level.BAD, _("Links in mails lead to %(site)s, which customers cannot open. "
                                          "Set SITE_URL to the https address of this product.")
                       % {"site": sender.site_url})  # fmt: skip
    if site.scheme != "https":
        return Finding(part, Level.BAD, _("Links in mails lead to %(site)s. Without https mail programs offer no "
                                          "one-tap unsubscribe, and some warn of the link.")
                       % {"site": sender.site_url})  # fmt: skip
    return Finding(part, Level.OK, sender.site_url)


def _from(sender: Sender) -> Finding:
    part = _("Sender")
    if not sender.is_from_set:
        return Finding(part, Level.BAD, _("No sender is set (DEFAULT_FROM_EMAIL): mails would come from %(address)s.")
                       % {"address": sender.from_address})  # fmt: skip
    if not is_public(domain_of(sender.from_address)):
        return Finding(part, Level.BAD, _("%(address)s can belong to nobody. Set DEFAULT_FROM_EMAIL to an address of "
                                          "yours.") % {"address": sender.from_address})  # fmt: skip
    return Finding(part, Level.OK, sender.from_address)


def _local_part(sender: Sender) -> Finding:
    part, local = "BOUNCE_ADDRESS", sender.bounce_address.rpartition("@")[0]
    length = len(local.encode()) + 1 + sender.token_length
    if length > LONGEST_LOCAL_PART:
        return Finding(part, Level.BAD, _("With its token the part before the @ has %(n)d characters; %(most)d are "
                                          "allowed.") % {"n": length, "most": LONGEST_LOCAL_PART})  # fmt: skip
    if not sender.envelope_domain:
        return Finding(part, Level.BAD, _("%(address)s can belong to nobody, so no bounce comes back.")
                       % {"address": sender.bounce_address})  # fmt: skip
    return Finding(part, Level.OK, _("Mails that come back go to %(address)s, with a token.")
                   % {"address": sender.bounce_address})  # fmt: skip


def _not_looked_up(part: str) -> Finding:
    return Finding(part, Level.UNKNOWN, _("not looked up"))


def _spf(sender: Sender, texts: Known) -> Finding:
    domain = sender.envelope_domain
    part, known = "SPF", texts.get(domain)
    if known is None:
        return _not_looked_up(part)
    found = records.spf_records(known)
    if not found:
        allowed = f"a:{sender.mail_host}" if is_public(sender.mail_host) else "mx"
        return Finding(
            part,
            Level.BAD,
            _("%(domain)s does not say which servers may send for it. If your mail service names an include, write "
              "that in place of %(allowed)s.") % {"domain": domain, "allowed": allowed},
            PasteLine(domain, f"v=spf1 {allowed} ~all"),
        )  # fmt: skip
    if len(found) > 1:
        return Finding(part, Level.BAD, _("%(domain)s has %(n)d SPF records, so none counts. Make them one.")
                       % {"domain": domain, "n": len(found)})  # fmt: skip
    if records.lets_everybody_send(found[0]):
        return Finding(part, Level.BAD, _("It lets every server on earth send for %(domain)s: write ~all at its end.")
                       % {"domain": domain})  # fmt: skip
    if (lookups := records.spf_lookups(domain, texts)) > records.MOST_LOOKUPS:
        return Finding(part, Level.BAD, _("It makes receivers look up %(n)d names; above %(most)d it does not count. "
                                          "Take out services that you no longer use.")
                       % {"n": lookups, "most": records.MOST_LOOKUPS})  # fmt: skip
    return Finding(part, Level.OK, f"{domain}: {found[0]}")


def _dkim(sender: Sender, texts: Known) -> Finding:
    part = "DKIM"
    names = [f"{selector}._domainkey.{domain}" for domain in sender.signing_domains
             for selector in sender.tried_selectors()]  # fmt: skip
    answers = [(name, texts.get(name)) for name in names]
    keys = [(name, key) for name, found in answers for key in records.dkim_keys(found or [])]
    if not keys:
        if any(found is None for _name, found in answers):
            return _not_looked_up(part)
        if not sender.selectors:
            return Finding(part, Level.LOOK, _("There is no key under the usual names. Give the selector that your "
                                               "mail service signs with."))  # fmt: skip
        return Finding(
            part,
            Level.BAD,
            _("There is no key. Your mail service, or your mail server, makes one and shows it: paste it whole."),
            PasteLine(names[0], "v=DKIM1; k=rsa; p=…"),
        )
    good = [(name, key) for name, key in keys if key["p"] and records.key_bits(key) != 0]
    if not good:
        return Finding(part, Level.BAD, _("The key of %(name)s is withdrawn or cannot be read.")
                       % {"name": keys[0][0]})  # fmt: skip
    name, key = max(good, key=lambda pair: records.key_bits(pair[1]) or 4096)
    if (bits := records.key_bits(key)) is not None and bits < LEAST_KEY_BITS:
        return Finding(part, Level.BAD, _("The key of %(name)s has %(bits)d bits, which receivers do not accept. "
                                          "Make one of 2048.") % {"name": name, "bits": bits})  # fmt: skip
    if "y" in key.get("t", "").lower().split(":"):
        return Finding(part, Level.LOOK, _("%(name)s says that it is only tested (t=y), so receivers may pass over it.")
                       % {"name": name})  # fmt: skip
    return Finding(part, Level.OK, _("There is a key: %(name)s. Whether your server signs with it, a test mail shows.")
                   % {"name": name})  # fmt: skip


def _policy(sender: Sender, texts: Known) -> dict[str, str] | None:
    """The one DMARC record that holds for the sender; empty where there is none, None where nobody answered."""
    for domain in sender.signing_domains:
        known = texts.get(f"_dmarc.{domain}")
        if known is None:
            return None
        if len(found := records.dmarc_records(known)) == 1:
            return found[0]
    return {}


def _dmarc(sender: Sender, texts: Known) -> Finding:
    part = "DMARC"
    policy, domain = _policy(sender, texts), sender.signing_domains[-1]
    if policy is None:
        return _not_looked_up(part)
    if not policy:
        several = any(len(records.dmarc_records(texts.get(f"_dmarc.{name}") or [])) > 1
                      for name in sender.signing_domains)  # fmt: skip
        if several:
            return Finding(part, Level.BAD, _("There are several DMARC records, so none counts. Leave one."))
        return Finding(
            part,
            Level.BAD,
            _("%(domain)s does not say what to do with mail that only claims to be from it. Large receivers want it "
              "said, if only p=none.") % {"domain": domain},
            PasteLine(f"_dmarc.{domain}", f"v=DMARC1; p=none; rua=mailto:postmaster@{domain}"),
        )  # fmt: skip
    if policy.get("p", "").lower() not in ("none", "quarantine", "reject"):
        return Finding(part, Level.BAD, _("Its p= is none of none, quarantine and reject, so it does not count."))
    return Finding(part, Level.OK, f"p={policy['p'].lower()}")


def _alignment(sender: Sender, texts: Known, spf: Finding, dkim: Finding) -> Finding:
    """DMARC wants SPF or DKIM to pass for the domain that the customer sees."""
    part = _("From and envelope")
    policy = _policy(sender, texts)
    is_strict = (policy or {}).get("aspf", "r").lower() == "s"
    same = records.is_aligned(sender.envelope_domain, sender.from_domain, is_strict=is_strict)
    if same and spf.level == Level.OK:
        return Finding(part, Level.OK, _("%(envelope)s and %(sender)s belong together, so SPF counts for DMARC.")
                       % {"envelope": sender.envelope_domain, "sender": sender.from_domain})  # fmt: skip
    if Level.UNKNOWN in (spf.level, dkim.level) or policy is None:
        return _not_looked_up(part)
    if same:
        words = _("They belong together, but SPF does not hold yet; until it does, DKIM alone has to carry DMARC.")
    else:
        words = _("%(envelope)s, where bounces go, and %(sender)s do not belong together, so SPF does not count for "
                  "DMARC and DKIM alone has to.") % {
            "envelope": sender.envelope_domain, "sender": sender.from_domain,
        }  # fmt: skip
    return Finding(part, Level.LOOK if dkim.level == Level.OK else Level.BAD, words)


def worst(findings: list[Finding]) -> Level:
    """The worst level among findings."""
    order = list(_worst_first())
    return min((finding.level for finding in findings), key=order.index, default=Level.OK)


def _worst_first() -> Iterator[Level]:
    yield from (Level.BAD, Level.LOOK, Level.UNKNOWN, Level.OK)
